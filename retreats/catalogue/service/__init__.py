"""The verbs of the catalogue."""

from retreats.catalogue.service.places import GatheringFull, NotOpen, give_back, take

__all__ = ["GatheringFull", "NotOpen", "give_back", "take"]
