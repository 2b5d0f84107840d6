//! What a receipt says of the organisations outside that have signed for it.

use std::time::{Duration, Instant};

use crate::browser::{REPORT, finish, walk};
use crate::cosigner::{Manner, cosigned, start};
use crate::support::POLICE;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_receipt_counts_the_organisations_that_signed_for_it() {
    let (server, witnesses) = start(&[Manner::AsItShould, Manner::Never], None).await;
    // Until the one that answers is known to answer, nobody is waited for.
    let begun = Instant::now();
    loop {
        let (_, acknowledged) = server.reported().await;
        if cosigned(&acknowledged.ledger.checkpoint, &server, &witnesses[0]) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nobody cosigned");
    }
    let receipt = finish(&server, walk(&server, POLICE, REPORT).await).await;
    assert!(receipt.has("One outside organisation has signed for it."), "{}", receipt.html);
}
