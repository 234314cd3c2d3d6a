import weakly


def test_the_package_imports():
    assert weakly.__doc__


def test_it_lists_what_is_imported_later():
    assert {*weakly.__all__} <= {*dir(weakly)}
