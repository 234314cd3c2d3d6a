//! A file descriptor that can be read as long as there is something to do.
//!
//! To raise it takes a system call, and nothing of the interpreter: so it may be done at any moment,
//! also by a signal handler and in the middle of a collection.

use std::io::{self, Read, Write};
use std::process;

#[cfg(not(unix))]
use std::net::TcpStream as Stream;
#[cfg(unix)]
use std::os::unix::net::UnixStream as Stream;

/// A pair of sockets, between which there is one byte while the signal is up.
pub struct Signal {
    reader: Stream,
    writer: Stream,
    is_up: bool,
    /// A forked process shares the sockets, and must leave them to its parent.
    process: u32,
}

impl Signal {
    /// A signal that is down. Errors: those of the system.
    pub(crate) fn new() -> io::Result<Self> {
        let (reader, writer) = pair()?;
        reader.set_nonblocking(true)?;
        writer.set_nonblocking(true)?;
        Ok(Self {
            reader,
            writer,
            is_up: false,
            process: process::id(),
        })
    }

    /// Whether this process made it.
    pub(crate) fn is_own(&self) -> bool {
        self.process == process::id()
    }

    pub(crate) fn set(&mut self, is_up: bool) {
        if is_up == self.is_up || !self.is_own() {
            return;
        }
        // There is room for a byte, or one to be read: neither has to wait.
        let done = if is_up {
            self.writer.write(&[0])
        } else {
            self.reader.read(&mut [0])
        };
        if done.is_ok() {
            self.is_up = is_up;
        }
    }

    /// It can be read while the signal is up.
    pub(crate) fn descriptor(&self) -> isize {
        #[cfg(unix)]
        return std::os::fd::AsRawFd::as_raw_fd(&self.reader) as isize;
        #[cfg(windows)]
        return std::os::windows::io::AsRawSocket::as_raw_socket(&self.reader) as isize;
    }
}

#[cfg(unix)]
fn pair() -> io::Result<(Stream, Stream)> {
    Stream::pair()
}

/// As Python's `socket.socketpair()` makes them there.
#[cfg(not(unix))]
fn pair() -> io::Result<(Stream, Stream)> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    loop {
        let writer = Stream::connect(listener.local_addr()?)?;
        let (reader, from) = listener.accept()?;
        // Another program may have been faster.
        if from == writer.local_addr()? {
            return Ok((reader, writer));
        }
    }
}
