//! The end of the process.

/// Calls `function` when the process ends: `main` returns, or somebody calls `exit`. Says whether it
/// will. On targets that have no C library, it will not.
///
/// A panic that leaves `function` ends the process.
#[doc(hidden)]
pub fn at_exit(function: extern "C" fn()) -> bool {
    #[cfg(any(unix, windows, target_os = "wasi"))]
    {
        unsafe extern "C" {
            fn atexit(function: extern "C" fn()) -> core::ffi::c_int;
        }

        // SAFETY: this is how C declares `atexit`. It may be called at any time, from any thread, and
        // the function lives as long as the process; or as the library that it is in, which the C
        // libraries of these systems see to.
        let failed = unsafe { atexit(function) };
        failed == 0
    }
    #[cfg(not(any(unix, windows, target_os = "wasi")))]
    {
        let _ = function;
        false
    }
}
