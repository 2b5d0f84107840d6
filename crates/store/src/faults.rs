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
    /// A tile, an entry bundle or a checkpoint is put.
    LogPut,
    /// A transaction of the sequencer is committed.
    LogCommit,
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

    use tokio::sync::Notify;

    use super::{Future, Injected, Point};

    /// How a durable write breaks.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Break {
        /// It fails and has done nothing.
        Before,
        /// It is done, but the caller is told that it failed.
        After,
        /// It waits until [`Faults::resume`], like a process that is not given the processor, and then succeeds.
        PauseBefore,
        /// It is done, and then its process is not given the processor until [`Faults::resume`].
        PauseAfter,
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
    pub struct Faults(Arc<Mutex<Option<Armed>>>, Arc<Gate>);

    /// Where a paused write waits.
    #[derive(Debug, Default)]
    struct Gate {
        reached: Notify,
        open: Notify,
    }

    impl Gate {
        async fn pause(&self) {
            self.reached.notify_one();
            self.open.notified().await;
        }
    }

    impl Faults {
        /// Breaks the write at `point` that comes after `passes` others have passed.
        pub fn arm(&self, point: Point, passes: u32, how: Break) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Armed { point, passes, how });
        }

        /// Whether a fault is armed that has not struck. Takes it back.
        pub fn disarm(&self) -> bool {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
        }

        /// Waits until a write has come to its pause.
        pub async fn paused(&self) {
            self.1.reached.notified().await;
        }

        /// Lets the paused write go on.
        pub fn resume(&self) {
            self.1.open.notify_one();
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
                Some(Break::PauseBefore) => {
                    self.1.pause().await;
                    write.await
                }
                Some(Break::PauseAfter) => {
                    let outcome = write.await;
                    self.1.pause().await;
                    outcome
                }
            }
        }
    }
}

#[cfg(feature = "testing")]
pub use imp::Break;
pub use imp::Faults;
