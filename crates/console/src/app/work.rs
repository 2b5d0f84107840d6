//! The proof of work that writes without a session need, solved in slices while the member types.

use std::cell::RefCell;

use leptos::task::spawn_local;
use protocol::public::WorkChallenge;
use protocol::work::Solving;

use super::failure::Failure;
use super::{api, dom};
use crate::stamps::Stamps;

/// How long the page may be busy at a stretch: short enough that no key stroke is felt to be late.
const SLICE_MS: i64 = 6;
/// Nonces tried between two looks at the clock, some tenths of a millisecond's worth.
const TRIES: u64 = 256;
/// How often somebody who waits for a proof looks whether it is there.
const LOOK_MS: i32 = 20;

thread_local! {
    static STAMPS: RefCell<Stamps> = RefCell::default();
}

/// Has so many proofs solved in the background.
pub(crate) fn prepare(count: usize) {
    if with(|stamps| stamps.want(count, dom::now_ms())) {
        spawn_local(async {
            let mut more = true;
            while more {
                let asked_at = dom::now_ms();
                let solved = solve().await;
                more = with(|stamps| match solved {
                    Ok(stamp) => stamps.solved(stamp, asked_at, dom::now_ms()),
                    Err(_) => stamps.failed(),
                });
            }
        });
    }
}

/// A proof that is good for one request: one that is ready, or the one being solved, or a new one.
pub(crate) async fn take() -> Result<String, Failure> {
    loop {
        if let Some(stamp) = with(|stamps| stamps.take(dom::now_ms())) {
            return Ok(stamp);
        }
        if !with(|stamps| stamps.is_solving()) {
            return solve().await;
        }
        dom::pause(LOOK_MS).await;
    }
}

/// Asks for a challenge and solves it, with pauses in which everything else has its turn.
pub(crate) async fn solve() -> Result<String, Failure> {
    let challenge: WorkChallenge = api::get("/work").await?;
    let mut solving = Solving::new(challenge).map_err(|_| Failure::Unreadable)?;
    loop {
        let ends = dom::now_ms() + SLICE_MS;
        while dom::now_ms() < ends {
            if let Some(stamp) = solving.step(TRIES) {
                return Ok(stamp);
            }
        }
        dom::pause(0).await;
    }
}

fn with<T>(change: impl FnOnce(&mut Stamps) -> T) -> T {
    STAMPS.with_borrow_mut(change)
}
