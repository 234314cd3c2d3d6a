"""Fixtures of the behaviour suite."""

import pytest
from mapping_kinds import Kind


@pytest.fixture(params=["WeakKeyDictionary", "WeakValueDictionary"])
def kind(request, weakref):
    return Kind(weakref, request.param)
