use protocol::content::{Message, Note, ReleaseReason, Speaker};
use protocol::quarantine::{HeldItem, Hold};
use protocol::staff::ReportView;
use seal::rand_core::UnwrapErr;
use seal::{Identity, ItemKind};

use super::{Said, Voice, open_report, open_summary};
use crate::fixtures::{self, World};
use crate::{Error, compose};

fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

fn sealed(world: &World) -> ReportView {
    let mut rng = rng();
    let (file, entry) = world.file("practice.txt", b"See you at the pitch at six.", &mut rng);
    let mut answers = fixtures::answers();
    answers.files.push(entry);
    let items = vec![
        world.item(ItemKind::Answers, &answers, &world.reporter, &mut rng),
        world.item(ItemKind::Summary, &fixtures::summary("Football chat"), &world.reporter, &mut rng),
        file,
        world.item(
            ItemKind::Message,
            &Message::new(Speaker::Reporter, "One more thing"),
            &world.reporter,
            &mut rng,
        ),
    ];
    world.view(items, &mut rng)
}

/// Opens `view` and returns the errors of the faults.
fn faults(world: &World, view: &ReportView) -> Vec<Error> {
    let opened = open_report(view, &world.desk, &world.members()).unwrap();
    opened.faults.into_iter().map(|fault| fault.error).collect()
}

#[test]
fn a_sealed_report_opens_whole() {
    let world = World::new(&mut rng());
    let view = sealed(&world);
    let opened = open_report(&view, &world.desk, &world.members()).unwrap();
    assert!(opened.faults.is_empty(), "{:?}", opened.faults);
    assert_eq!(opened.answers.unwrap().pages.len(), 6);
    assert_eq!(opened.files[0].listed.as_ref().unwrap().name, "practice.txt");
    assert_eq!(opened.dialogue[0].by, Voice::Reporter);
    assert_eq!(opened.dialogue[0].said, Said::Text("One more thing".to_owned()));
}

#[test]
fn media_is_a_file_in_quarantine_and_a_reason_is_its_askers() {
    let mut rng = rng();
    let world = World::new(&mut rng);
    let mut view = sealed(&world);
    let file = view.items.iter_mut().find(|item| item.signed.header.kind == ItemKind::File).unwrap();
    file.body = None;
    let item = file.signed.header.item;
    view.held = vec![HeldItem { item, hold: Hold::Released, until: Some(9) }];
    let reason = ReleaseReason::new(vec![item], "To see which pitch it is");
    view.items.push(world.item(ItemKind::Release, &reason, &world.officer, &mut rng));
    let opened = open_report(&view, &world.desk, &world.members()).unwrap();
    assert!(opened.faults.is_empty(), "{:?}", opened.faults);
    assert_eq!(opened.files[0].held, Some(view.held[0]));
    assert_eq!(opened.reasons[0].reason, reason);
    assert!(matches!(opened.reasons[0].by, Voice::Member(_)));

    let stranger = Identity::generate(&mut rng);
    view.items.push(world.item(ItemKind::Release, &reason, &stranger, &mut rng));
    assert!(matches!(faults(&world, &view)[..], [Error::NotFromDesk(ItemKind::Release)]));
}

#[test]
fn what_a_member_writes_comes_back_under_their_name() {
    let mut rng = rng();
    let world = World::new(&mut rng);
    let reply = compose::message("Thank you.", world.id, &world.report, &world.officer, &mut rng).unwrap();
    let note = compose::note("Ring the school.", world.id, &world.desk, &world.officer, &mut rng).unwrap();
    let mut view = sealed(&world);
    for added in reply.items.into_iter().chain(note.items) {
        let protocol::submission::ItemBody::Inline(body) = added.body else { panic!("not inline") };
        let item = protocol::receipt::ItemView { signed: added.signed, received_at: 1, body: Some(body) };
        view.items.push(item);
    }
    let opened = open_report(&view, &world.desk, &world.members()).unwrap();
    assert!(opened.faults.is_empty(), "{:?}", opened.faults);
    assert_eq!(opened.dialogue[1].by, Voice::Member("Ada Okafor".to_owned()));
    assert_eq!(opened.notes[0].said, Said::Text("Ring the school.".to_owned()));
}

#[test]
fn another_desk_opens_nothing() {
    let world = World::new(&mut rng());
    let other = World::new(&mut rng());
    let view = sealed(&world);
    assert!(matches!(open_report(&view, &other.desk, &[]), Err(Error::DeskWrap(_))));
}

#[test]
fn a_flipped_bit_shows_nothing_of_the_item_and_all_of_the_others() {
    let world = World::new(&mut rng());
    let mut view = sealed(&world);
    let body = view.items[0].body.as_mut().unwrap();
    let middle = body.0.len() / 2;
    body.0[middle] ^= 1;
    let opened = open_report(&view, &world.desk, &world.members()).unwrap();
    assert!(opened.answers.is_none());
    assert!(matches!(opened.faults[0].error, Error::Item(_)));
    assert_eq!(opened.dialogue.len(), 1);
}

#[test]
fn bodies_swapped_between_items_are_noticed() {
    let world = World::new(&mut rng());
    let mut view = sealed(&world);
    let first = view.items[0].body.take();
    view.items[0].body = view.items[3].body.take();
    view.items[3].body = first;
    let errors = faults(&world, &view);
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| matches!(error, Error::Item(_))));
}

#[test]
fn an_item_of_another_report_is_noticed() {
    let world = World::new(&mut rng());
    let other = World::new(&mut rng());
    let mut view = sealed(&world);
    view.items.push(sealed(&other).items.remove(3));
    assert!(matches!(faults(&world, &view)[..], [Error::OfAnotherReport]));
}

#[test]
fn a_replayed_item_is_noticed() {
    let world = World::new(&mut rng());
    let mut view = sealed(&world);
    view.items.push(view.items[3].clone());
    assert!(matches!(faults(&world, &view)[..], [Error::Repeated]));
}

#[test]
fn nobody_speaks_for_the_reporter_or_for_the_desk() {
    let mut rng = rng();
    let world = World::new(&mut rng);
    let stranger = seal::Identity::generate(&mut rng);
    let as_reporter = Message::new(Speaker::Reporter, "It was nothing");
    let as_desk = Message::new(Speaker::Desk, "Please meet them");
    let items = vec![
        world.item(ItemKind::Message, &as_reporter, &world.officer, &mut rng),
        world.item(ItemKind::Message, &as_desk, &world.reporter, &mut rng),
        world.item(ItemKind::Note, &Note::new("Drop it"), &stranger, &mut rng),
        world.item(ItemKind::Answers, &fixtures::answers(), &stranger, &mut rng),
    ];
    let view = world.view(items, &mut rng);
    let opened = open_report(&view, &world.desk, &world.members()).unwrap();
    assert!(opened.dialogue.is_empty() && opened.notes.is_empty() && opened.answers.is_none());
    let errors: Vec<_> = opened.faults.iter().map(|fault| &fault.error).collect();
    assert!(matches!(
        errors[..],
        [
            Error::NotFromReporter(ItemKind::Message),
            Error::NotFromDesk(ItemKind::Message),
            Error::NotFromDesk(ItemKind::Note),
            Error::NotFromReporter(ItemKind::Answers),
        ]
    ));
}

#[test]
fn a_document_of_another_kind_is_noticed() {
    let mut rng = rng();
    let world = World::new(&mut rng);
    let items = vec![world.item(ItemKind::Answers, &Note::new("no answers"), &world.reporter, &mut rng)];
    let view = world.view(items, &mut rng);
    assert!(matches!(faults(&world, &view)[..], [Error::Schema { expected: "safehand.answers/1" }]));
}

#[test]
fn a_body_that_did_not_arrive_is_told() {
    let world = World::new(&mut rng());
    let mut view = sealed(&world);
    view.items[0].body = None;
    assert!(matches!(faults(&world, &view)[..], [Error::BodyMissing]));
}

#[test]
fn a_summary_opens_for_its_own_report_only() {
    let mut rng = rng();
    let world = World::new(&mut rng);
    let other = World::new(&mut rng);
    let mut row = world.row("Football chat", &mut rng);
    assert_eq!(open_summary(&row, &world.desk).unwrap().title, "Football chat");
    row.summary = other.row("Homework chat", &mut rng).summary;
    assert!(matches!(open_summary(&row, &world.desk), Err(Error::OfAnotherReport)));
}
