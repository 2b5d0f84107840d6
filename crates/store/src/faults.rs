//! Durable writes that break on purpose, for tests.
//!
//! Every write that an acknowledgement rests on passes through [`Faults::around`]. Without the feature `testing`
//! that does nothing but run it.

use std::future::Future;

/// A durable write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// An object is put.
    Put,
    /// A transaction is committed.
    Commit,
}

/// The error that an injected fault shows to the caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Injected;

#[cfg(not(feature = "testing"))]
mod imp {
    /// Breaks nothing.
    #[derive(Clone, Debug, Default)]
    pub struct Faults {}

    impl Faults {
        pub(crate) async fn around<T, E>(
            &self,
            _: super::Point,
            write: impl super::Future<Output = Result<T, E>>,
        ) -> Result<T, E> {
            write.await
        }
    }
}

#[cfg(feature = "testing")]
mod imp {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::{Future, Injected, Point};

    /// How a durable write breaks.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Break {
        /// It fails and has done nothing.
        Before,
        /// It is done, but the caller is told that it failed.
        After,
    }

    #[derive(Debug)]
    struct Armed {
        point: Point,
        /// How many such writes pass first.
        passes: u32,
        how: Break,
    }

    /// Breaks one durable write, once.
    #[derive(Clone, Debug, Default)]
    pub struct Faults(Arc<Mutex<Option<Armed>>>);

    impl Faults {
        /// Breaks the write at `point` that comes after `passes` others have passed.
        pub fn arm(&self, point: Point, passes: u32, how: Break) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Armed { point, passes, how });
        }

        /// Whether a fault is armed that has not struck. Takes it back.
        pub fn disarm(&self) -> bool {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
        }

        fn strikes(&self, point: Point) -> Option<Break> {
            let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let armed = guard.as_mut().filter(|armed| armed.point == point)?;
            if armed.passes > 0 {
                armed.passes -= 1;
                return None;
            }
            guard.take().map(|armed| armed.how)
        }

        pub(crate) async fn around<T, E: From<Injected>>(
            &self,
            point: Point,
            write: impl Future<Output = Result<T, E>>,
        ) -> Result<T, E> {
            match self.strikes(point) {
                None => write.await,
                Some(Break::Before) => Err(Injected.into()),
                Some(Break::After) => {
                    write.await?;
                    Err(Injected.into())
                }
            }
        }
    }
}

#[cfg(feature = "testing")]
pub use imp::Break;
pub use imp::Faults;
