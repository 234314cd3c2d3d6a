import weakly


def test_the_package_imports():
    assert weakly.__doc__
