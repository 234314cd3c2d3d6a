//! The names of types, as Python shows them.

use alloc::string::String;

/// The name of `T` without the paths of modules: `Employee`, `Vec<Employee>`,
/// `dyn Fn(f64) -> f64`.
pub(crate) fn short<T: ?Sized>() -> String {
    without_paths(core::any::type_name::<T>(), 1)
}

/// The name of the function type `F` with that of the type it belongs to: `Employee.pretty_print`.
pub(crate) fn qualified<F: ?Sized>() -> String {
    without_paths(core::any::type_name::<F>(), 2).replace("::", ".")
}

/// `name` with all but the last `keep` segments of each path in it removed.
fn without_paths(name: &str, keep: usize) -> String {
    let mut short = String::with_capacity(name.len());
    for part in name.split_inclusive(|c: char| " <>()[]&,;".contains(c)) {
        let segments = part.matches("::").count() + 1;
        let skipped = segments.saturating_sub(keep);
        let rest = match skipped {
            0 => part,
            _ => part.splitn(skipped + 1, "::").last().unwrap_or(part),
        };
        short.push_str(rest);
    }
    short
}
