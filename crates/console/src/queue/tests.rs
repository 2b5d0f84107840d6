use std::time::{Duration, Instant};

use proptest::prelude::*;
use protocol::MemberId;
use protocol::staff::{QueueRow, ReportState};
use seal::ReportId;
use seal::rand_core::UnwrapErr;

use super::{Counts, Filter, Opening, Order, Queue};
use crate::fixtures::{NOON, World};

fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// A row without content, cheap enough to have thousands of.
fn bare(pattern: &QueueRow, number: u32) -> QueueRow {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    id[4..8].copy_from_slice(&number.to_be_bytes());
    let mut row = pattern.clone();
    row.report = ReportId::from_bytes(id);
    row.received_at = NOON - i64::from(number.wrapping_mul(7919) % 1_000_000);
    row.last_from_reporter = row.received_at + i64::from(number % 977);
    row.urgent = number.is_multiple_of(17);
    row.unread = number.is_multiple_of(3);
    row.state = [ReportState::New, ReportState::Open, ReportState::Closed][number as usize % 3];
    row.assigned = number.is_multiple_of(5).then(|| MemberId::from_bytes([1; 16]));
    row.desk_wrap = protocol::Bytes::default();
    row.summary.body = None;
    row
}

fn many(count: u32) -> Queue {
    let mut rng = rng();
    let pattern = World::new(&mut rng).row("", &mut rng);
    let mut queue = Queue::default();
    queue.merge((0..count).map(|number| bare(&pattern, number)).collect());
    queue
}

#[test]
fn urgent_comes_first_then_the_longest_waiting() {
    let queue = many(300);
    let shown = queue.view(&Filter::default(), Order::Urgency);
    let keys: Vec<_> = shown
        .iter()
        .map(|&at| &queue.get(at).unwrap().row)
        .map(|row| (row.state == ReportState::Closed, !row.urgent, row.received_at))
        .collect();
    assert!(keys.is_sorted());
    assert_eq!(shown.len(), 300);
}

#[test]
fn filters_leave_what_they_say() {
    let queue = many(300);
    let filter = Filter {
        states: vec![ReportState::New],
        urgent: true,
        assigned: Some(MemberId::from_bytes([1; 16])),
        ..Filter::default()
    };
    let shown = queue.view(&filter, Order::Newest);
    assert!(!shown.is_empty());
    for at in shown {
        let row = &queue.get(at).unwrap().row;
        assert!(row.urgent && row.state == ReportState::New && row.assigned.is_some());
    }
}

#[test]
fn a_search_finds_words_of_an_opened_title_and_of_its_reasons() {
    let mut rng = rng();
    let world = World::new(&mut rng);
    let mut queue = Queue::default();
    queue.merge(vec![world.row("Contact on Kickabout Chat", &mut rng)]);
    let search = |queue: &Queue, text: &str| {
        queue.view(&Filter { text: text.to_owned(), ..Filter::default() }, Order::Urgency).len()
    };
    assert_eq!(search(&queue, "kickabout"), 0, "still sealed");
    assert_eq!(queue.next_sealed([]), Some(0));
    queue.open(0, &world.desk);
    assert_eq!(queue.next_sealed([]), None);
    assert_eq!(search(&queue, "CHAT kick"), 1);
    assert_eq!(search(&queue, "72 hours"), 1);
    assert_eq!(search(&queue, "kick homework"), 0);
    assert_eq!(search(&queue, &crate::text::reference(&world.id)), 1);
}

#[test]
fn a_summary_that_fails_its_check_is_said_to_and_tried_once() {
    let mut rng = rng();
    let world = World::new(&mut rng);
    let mut row = world.row("Homework", &mut rng);
    row.summary.body.as_mut().unwrap().0[200] ^= 1;
    let mut queue = Queue::default();
    queue.merge(vec![row]);
    queue.open(0, &world.desk);
    assert!(matches!(queue.get(0).unwrap().summary, Opening::Failed(_)));
    assert_eq!(queue.next_sealed([0]), None);
}

#[test]
fn reading_again_keeps_what_is_open_and_forgets_what_is_gone() {
    let mut rng = rng();
    let (world, other) = (World::new(&mut rng), World::new(&mut rng));
    let mut row = world.row("Football", &mut rng);
    let mut queue = Queue::default();
    queue.merge(vec![row.clone(), other.row("Weather", &mut rng)]);
    queue.open(0, &world.desk);
    row.state = ReportState::Open;
    queue.merge(vec![row]);
    queue.keep_only(&[*world.id.as_bytes()].into());
    assert_eq!(queue.len(), 1);
    let kept = queue.find(&world.id).unwrap();
    assert_eq!(kept.row.state, ReportState::Open);
    assert!(matches!(&kept.summary, Opening::Open(summary) if summary.title == "Football"));
}

#[test]
fn ten_thousand_reports_are_filtered_and_sorted_without_a_pause() {
    let queue = many(10_000);
    let filter = Filter { text: "0".to_owned(), unread: true, ..Filter::default() };
    let begun = Instant::now();
    for order in Order::ALL {
        assert!(!queue.view(&filter, order).is_empty());
    }
    assert_eq!(queue.counts(), Counts { all: 10_000, urgent: 393, unread: 3_334 });
    // Generous: this runs unoptimised and beside other tests.
    assert!(begun.elapsed() < Duration::from_secs(2), "took {:?}", begun.elapsed());
}

proptest! {
    #[test]
    fn every_order_shows_every_report_once(count in 0_u32..200, which in 0_usize..4) {
        let queue = many(count);
        let mut shown = queue.view(&Filter::default(), Order::ALL[which]);
        shown.sort_unstable();
        prop_assert_eq!(shown, (0..count as usize).collect::<Vec<_>>());
    }
}
