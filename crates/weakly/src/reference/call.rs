//! Calls and methods as values that are called with a tuple of arguments.

/// A type of functions whose arguments and result are known: function pointers and `dyn Fn`s of up
/// to six arguments.
///
/// Arguments that are references of any lifetime (`dyn Fn(&str)`) have no one type, and are not
/// among them; use [`Proxy::with`](crate::Proxy::with) for those.
///
/// ```
/// use weakly::call::Call;
///
/// let add: fn(i32, i32) -> i32 = |a, b| a + b;
/// assert_eq!(add.call_with((1, 2)), 3);
/// ```
pub trait Call {
    /// The tuple of the arguments.
    type Arguments;
    /// The result.
    type Output;

    /// Calls the function. O(1) and what the call costs.
    ///
    /// ```
    /// use weakly::call::Call;
    ///
    /// let double: &dyn Fn(i32) -> i32 = &|n| 2 * n;
    /// assert_eq!(double.call_with((4,)), 8);
    /// ```
    fn call_with(&self, arguments: Self::Arguments) -> Self::Output;
}

/// Something that can be called on a `&T` with a tuple of further arguments: `Employee::greet` for
/// `fn greet(&self, name: &str)`. All functions and closures of up to six further arguments are.
///
/// ```
/// use weakly::call::CallOn;
///
/// let length = String::len;
/// assert_eq!(length.call_on(&String::from("abc"), ()), 3);
/// ```
pub trait CallOn<T: ?Sized, Arguments> {
    /// The result.
    type Output;

    /// Calls the method on `receiver`. O(1) and what the call costs.
    ///
    /// ```
    /// use weakly::call::CallOn;
    ///
    /// let add = |a: &i32, b: i32| a + b;
    /// assert_eq!(add.call_on(&1, (2,)), 3);
    /// ```
    fn call_on(&self, receiver: &T, arguments: Arguments) -> Self::Output;
}

macro_rules! implement_function_for {
    ($type:ty, $($argument:ident)*) => {
        impl<$($argument,)* Output> Call for $type {
            type Arguments = ($($argument,)*);
            type Output = Output;

            #[allow(non_snake_case)] // The arguments have the names of their types.
            fn call_with(&self, ($($argument,)*): Self::Arguments) -> Output {
                self($($argument),*)
            }
        }
    };
}

macro_rules! implement_for_arguments {
    ($($argument:ident)*) => {
        implement_function_for!(fn($($argument),*) -> Output, $($argument)*);
        implement_function_for!(dyn Fn($($argument),*) -> Output, $($argument)*);
        implement_function_for!(dyn Fn($($argument),*) -> Output + Send, $($argument)*);
        implement_function_for!(dyn Fn($($argument),*) -> Output + Sync, $($argument)*);
        implement_function_for!(dyn Fn($($argument),*) -> Output + Send + Sync, $($argument)*);

        impl<F, T: ?Sized, $($argument,)* Output> CallOn<T, ($($argument,)*)> for F
        where
            F: Fn(&T, $($argument),*) -> Output,
        {
            type Output = Output;

            #[allow(non_snake_case)] // The arguments have the names of their types.
            fn call_on(&self, receiver: &T, ($($argument,)*): ($($argument,)*)) -> Output {
                self(receiver, $($argument),*)
            }
        }
    };
}

implement_for_arguments!();
implement_for_arguments!(A);
implement_for_arguments!(A B);
implement_for_arguments!(A B C);
implement_for_arguments!(A B C D);
implement_for_arguments!(A B C D E);
implement_for_arguments!(A B C D E G);
