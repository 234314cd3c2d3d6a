"""Where weakly deliberately differs from the standard library.

docs/conformance/differences.md gives the reason for each, under a heading of its name, and
test_deliberate_differences.py has the tests.
"""

DIFFERENCES = (
    "iteration_never_raises",
    "entries_removed_during_iteration_are_not_yielded",
    "iterators_are_not_generators",
    "weak_sets_keep_insertion_order",
    "copies_of_weak_sets_are_independent",
    "intersection_updates_forget_the_dead",
    "key_errors_of_keys_are_not_swallowed",
    "storing_the_same_value_again_keeps_its_reference",
    "data_is_a_snapshot",
    "bookkeeping_attributes_are_absent",
    "a_collection_may_come_while_a_reference_dies",
    "copies_compare_no_keys",
    "dying_containers_forget_to_the_end",
    "classes_are_builtin_classes",
    "recursion_ends_where_the_stack_does",
    "a_program_can_see_who_runs_it",
    "subclasses_may_define_missing",
)
