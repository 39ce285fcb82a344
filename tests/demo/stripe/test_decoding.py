from __future__ import annotations

import pytest

from retreats.demo.stripe.decoding import decode
from retreats.demo.stripe.refused import Refused


def test_brackets_become_nested_values():
    raw = b"a[b][0][c]=1&a[b][1][c]=%C3%A9&expand[]=x&expand[]=y&metadata[2027]=z&plain="

    assert decode(raw) == {
        "a": {"b": [{"c": "1"}, {"c": "é"}]},
        "expand": ["x", "y"],
        "metadata": {"2027": "z"},
        "plain": "",
    }


def test_ten_items_keep_their_order():
    raw = "&".join(f"items[{number}]={number}" for number in range(12)).encode()

    assert decode(raw) == {"items": [str(number) for number in range(12)]}


@pytest.mark.parametrize("raw", [b"a=1&a[b]=2", b"a[b]=2&a=1", b"a=1&a=2", b"[a]=1", b"a[b=1", b"a=\xff"])
def test_what_contradicts_itself_is_refused(raw):
    with pytest.raises(Refused):
        decode(raw)
