//! Files that are owned by a [`Strong`], with the traits that `Arc` has for them.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom, Write};

use super::Strong;

impl Read for Strong<File> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        (&**self).read(buffer)
    }
}

impl Write for Strong<File> {
    fn write(&mut self, buffer: &[u8]) -> Result<usize> {
        (&**self).write(buffer)
    }

    fn flush(&mut self) -> Result<()> {
        (&**self).flush()
    }
}

impl Seek for Strong<File> {
    fn seek(&mut self, position: SeekFrom) -> Result<u64> {
        (&**self).seek(position)
    }
}

#[cfg(unix)]
mod unix {
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

    use super::Strong;

    impl<T: AsFd> AsFd for Strong<T> {
        fn as_fd(&self) -> BorrowedFd<'_> {
            (**self).as_fd()
        }
    }

    impl<T: AsRawFd> AsRawFd for Strong<T> {
        fn as_raw_fd(&self) -> RawFd {
            (**self).as_raw_fd()
        }
    }
}
