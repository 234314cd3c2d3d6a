"""The extension belongs to the main interpreter: others are refused each time."""

import pytest
from processes import output

pytest.importorskip("_testcapi", reason="this interpreter has no _testcapi")


def test_subinterpreters_that_import_one_after_another_do_not_crash():
    program = """
        import _testcapi
        attempt = '''
        try:
            import weakly
        except ImportError as error:
            print(error, flush=True)
        '''
        for _ in range(3):
            _testcapi.run_in_subinterp(__import__("textwrap").dedent(attempt))
        print(len(weakref.WeakSet()))
    """
    refusal = "weakly does not support subinterpreters"
    assert output("weakly", program).splitlines() == [refusal] * 3 + ["0"]
