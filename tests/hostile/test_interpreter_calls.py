"""What the extension calls of the interpreter, read from the finished library.

A function that may run Python code, or give up the GIL, may end the thread (up to CPython 3.13). Each
is in `crates/weakly-pyo3/src/interpreter/guarded.rs`, or the thread would unwind frames of Rust.
"""

import re
import struct
import sys

import pytest
import weakly._weakly

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or sys.version_info >= (3, 14),
    reason="there the end of a thread unwinds nothing",
)

# They run no Python code and do not wait for the GIL.
HARMLESS = [
    "PyCallable_Check",
    "PyDict_Next",
    "PyDict_Size",
    "PyErr_ExceptionMatches",
    "PyErr_Fetch",
    "PyErr_GetExcInfo",
    "PyErr_GetRaisedException",
    "PyEval_GetBuiltins",
    "PyErr_GivenExceptionMatches",
    "PyErr_Occurred",
    "PyEval_SaveThread",
    "PyException_GetTraceback",
    "PyInterpreterState_Get",
    "PyInterpreterState_Main",
    "PyList_GetItem",
    "PyList_GetItemRef",
    "PyMem_Malloc",
    "PyMethod_Function",
    "PyMethod_Self",
    "PyModuleDef_Init",
    "PyModule_GetDict",
    "PyObject_Free",
    "PyObject_GC_IsTracked",
    "PyObject_GC_Track",
    "PyObject_GC_UnTrack",
    "PyObject_IS_GC",
    "PyObject_Malloc",
    "PySequence_Check",
    "PyThreadState_Get",
    "Py_LeaveRecursiveCall",
    "PyType_IsSubtype",
    "PyType_Modified",
    "PyUnicode_Compare",
    "PyUnicode_CompareWithASCIIString",
    "PyUnicode_EqualToUTF8AndSize",
    "Py_IsFinalizing",
    "Py_IsInitialized",
    "_Py_IncRef",
    "_PyTrash_begin",
    "_PyTrash_thread_deposit_object",
]

# Here PyO3 takes care itself: a thread that may not attach waits forever.
ATTACHING = ["PyEval_RestoreThread", "PyGILState_Ensure"]

OBJECT = re.compile(r"Py\w+_Type|PyExc_\w+|_Py_\w+Struct|_PyWeakref_RefType")


def symbols(path):
    """The names in a library's dynamic symbol table: those it defines, and those it asks for."""
    with open(path, "rb") as file:
        library = file.read()
    assert library[:6] == b"\x7fELF\x02\x01"
    (sections_at,) = struct.unpack_from("<Q", library, 40)
    size, count = struct.unpack_from("<HH", library, 58)
    sections = [
        struct.unpack_from("<IIQQQQIIQQ", library, sections_at + at * size) for at in range(count)
    ]
    defined, wanted = set(), set()
    for _, kind, _, _, begin, length, link, *_ in sections:
        if kind != 11:  # SHT_DYNSYM
            continue
        names_at = sections[link][4]
        for at in range(begin, begin + length, 24):
            name_at, _, _, section = struct.unpack_from("<IBBH", library, at)
            begin_of_name = names_at + name_at
            name = library[begin_of_name : library.index(b"\0", begin_of_name)].decode()
            (defined if section else wanted).add(name)
    return defined, wanted


def functions():
    defined, wanted = symbols(weakly._weakly.__file__)
    guarded = {name[len("__wrap_") :] for name in defined if name.startswith("__wrap_")}
    called = {
        name for name in wanted if re.match("_?Py[A-Z_]", name) and not OBJECT.fullmatch(name)
    }
    return guarded, called


def test_each_function_of_the_interpreter_is_guarded_or_harmless():
    guarded, called = functions()
    assert called - guarded - {*HARMLESS, *ATTACHING} == set()


def test_none_of_the_guarded_is_said_to_be_harmless():
    guarded, _ = functions()
    assert guarded & {*HARMLESS, *ATTACHING} == set()
    assert {"_Py_Dealloc", "PyObject_RichCompare", "PyObject_Call"} <= guarded
