//! What is said of a timeline: gaps, order, times that cannot be.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use transcript::review::{Finding, FindingKind, KindName, Moment, Options, Summary, review_messages};
use transcript::{
    Conversation, Directory, Format, Kind, Message, OwnedMessage, Participant, Place, Precision, Reading,
    Sent, Span, Text, ZoneBasis,
};

fn messages(readings: &[Reading]) -> (Vec<OwnedMessage>, Directory) {
    let mut directory = Directory::default();
    let conversation =
        directory.intern_conversation(Conversation { title: Some("Team".into()), ..Conversation::default() });
    let alice = directory.intern_participant(Participant::named("Alice"));
    let message = |(number, &reading): (usize, &Reading)| Message {
        source: Span::new(number as u64 * 10, number as u64 * 10 + 10),
        place: Place::Bytes,
        conversation,
        sender: (number % 3 != 2).then_some(alice),
        sent: Sent { written: Text::EMPTY, reading, precision: Precision::Second },
        kind: if number % 3 == 2 { Kind::System } else { Kind::Text },
        text: Text::EMPTY,
        extras: None,
    };
    (readings.iter().enumerate().map(message).collect(), directory)
}

fn summary(readings: &[Reading], options: &Options) -> Summary {
    let (messages, directory) = messages(readings);
    let mut in_time = messages.clone();
    in_time.sort_by_key(|message| message.sent.reading.sort_key());
    review_messages(messages.into_iter(), in_time.into_iter(), &directory, options)
}

fn finding(summary: &Summary, kind: FindingKind) -> Option<Finding> {
    summary.findings.iter().find(|finding| finding.kind == kind).cloned()
}

fn local(day: i8, hour: i8, minute: i8) -> Reading {
    Reading::Local(date(2023, 3, day).at(hour, minute, 0, 0))
}

fn instant(second: i64) -> Reading {
    Reading::Instant(Timestamp::from_second(second).unwrap(), ZoneBasis::Epoch)
}

#[test]
fn counts() {
    let summary =
        summary(&[local(1, 10, 0), local(1, 10, 1), local(2, 9, 0), local(2, 9, 5)], &Options::default());
    assert_eq!(summary.messages, 4);
    assert_eq!(summary.first, Some(Moment::Local(date(2023, 3, 1).at(10, 0, 0, 0))));
    assert_eq!(summary.last, Some(Moment::Local(date(2023, 3, 2).at(9, 5, 0, 0))));
    assert_eq!(summary.kinds[&KindName(Kind::System)], 1);
    assert_eq!(summary.participants.len(), 2);
    assert_eq!(summary.participants[0].messages, 3);
    assert_eq!(summary.participants[0].participant.display_name.as_deref(), Some("Alice"));
    assert_eq!(summary.participants[1].id, None);
    assert_eq!(summary.conversations[0].messages, 4);
    let json = serde_json::to_value(&summary).unwrap();
    assert_eq!(json["first"], "2023-03-01T10:00:00");
    assert_eq!(json["kinds"]["text"], 3);
    assert_eq!(json["participants"][0]["display_name"], "Alice");
}

#[test]
fn gaps_by_the_own_pace_and_as_asked_for() {
    let mut readings: Vec<Reading> = (0..300).map(|minute| instant(minute * 60)).collect();
    readings.extend((0..300).map(|minute| instant(40 * 86_400 + minute * 60)));
    readings.push(instant(40 * 86_400 + 300 * 60 + 7_200));
    let plain = summary(&readings, &Options::default());
    let gaps = &plain.conversations[0].gaps;
    assert_eq!((gaps.threshold_seconds, gaps.derived_seconds, gaps.stated), (86_400, 86_400, false));
    assert_eq!(gaps.longest.len(), 1);
    assert_eq!(gaps.longest[0].seconds, 40 * 86_400 - 299 * 60);
    assert_eq!(gaps.longest[0].before, Span::new(2990, 3000));
    assert_eq!(gaps.longest[0].after, Span::new(3000, 3010));
    let found = finding(&plain, FindingKind::Gap).unwrap();
    assert!(found.words.contains("39 days") && found.words.contains("own pace"), "{}", found.words);
    let asked =
        summary(&readings, &Options { gap: Some(SignedDuration::from_hours(1)), ..Options::default() });
    let gaps = &asked.conversations[0].gaps;
    assert_eq!((gaps.threshold_seconds, gaps.derived_seconds, gaps.stated), (3_600, 86_400, true));
    assert_eq!(
        gaps.longest.iter().map(|gap| gap.seconds).collect::<Vec<_>>(),
        [40 * 86_400 - 299 * 60, 7_260]
    );
    // Who writes once a week has no gap of a week.
    let weekly: Vec<Reading> = (0..50).map(|week| instant(week * 7 * 86_400)).collect();
    let weekly = summary(&weekly, &Options::default());
    assert!(weekly.conversations[0].gaps.longest.is_empty());
    assert!(weekly.conversations[0].gaps.derived_seconds > 4 * 7 * 86_400);
}

#[test]
fn gaps_are_not_reckoned_over_what_is_uncertain() {
    let day = |month, day| -> DateTime { date(2023, month, day).at(9, 0, 0, 0) };
    let ambiguous = Reading::Ambiguous { day_first: day(3, 12), month_first: day(12, 3) };
    assert!(finding(&summary(&[local(1, 9, 0), ambiguous], &Options::default()), FindingKind::Gap).is_none());
    let mixed = summary(&[local(1, 9, 0), instant(1_700_000_000)], &Options::default());
    assert!(finding(&mixed, FindingKind::Gap).is_none());
    assert!(finding(&mixed, FindingKind::MixedTimes).is_some());
}

#[test]
fn messages_out_of_order() {
    let rising: Vec<Reading> =
        [1, 2, 9, 3, 4, 10, 11, 5, 12].map(|minute| instant(1_700_000_000 + minute * 60)).into();
    let found = finding(&summary(&rising, &Options::default()), FindingKind::OutOfOrder).unwrap();
    assert_eq!(found.count, 2);
    assert_eq!(found.places, [Span::new(30, 50), Span::new(70, 80)]);
    assert!(
        found.words.contains("3 messages in 2 stretches") && found.words.contains("6 minutes"),
        "{}",
        found.words
    );
    let falling: Vec<Reading> = rising.iter().rev().copied().collect();
    let found = finding(&summary(&falling, &Options::default()), FindingKind::OutOfOrder).unwrap();
    assert!(found.words.contains("newest first"), "{}", found.words);
    let straight: Vec<Reading> = (0..9).map(|second| instant(1_700_000_000 + second)).collect();
    for readings in [straight.clone(), straight.into_iter().rev().collect(), vec![instant(1_700_000_000); 5]]
    {
        assert!(finding(&summary(&readings, &Options::default()), FindingKind::OutOfOrder).is_none());
    }
}

#[test]
fn impossible_future_and_early_times() {
    let now = Timestamp::from_second(1_700_000_000).unwrap();
    let options = Options { now: Some(now), ..Options::default() };
    let soon = Reading::Local(date(2023, 11, 15).at(12, 13, 20, 0));
    let later = Reading::Local(date(2023, 11, 15).at(12, 13, 21, 0));
    let readings = [
        Reading::Impossible,
        Reading::Missing,
        instant(1_700_000_000),
        instant(1_700_000_001),
        instant(5),
        soon,
        later,
    ];
    let summary = summary(&readings, &options);
    let of = |kind| finding(&summary, kind).unwrap();
    assert_eq!(of(FindingKind::ImpossibleTime).places, [Span::new(0, 10)]);
    assert_eq!(of(FindingKind::NoTime).places, [Span::new(10, 20)]);
    // A local time may be fourteen hours ahead of UTC and be now.
    assert_eq!(of(FindingKind::FutureTime).places, [Span::new(30, 40), Span::new(60, 70)]);
    assert_eq!(of(FindingKind::EarlyTime).places, [Span::new(40, 50)]);
    assert!(of(FindingKind::EarlyTime).words.contains("1970"));
    let unknown = self::summary(&readings, &Options::default());
    assert!(finding(&unknown, FindingKind::FutureTime).is_none());
}

#[test]
fn clock_changes() {
    let zone = TimeZone::get("Europe/London").unwrap();
    let october = |hour| Reading::Local(date(2023, 10, 29).at(hour, 30, 0, 0));
    let readings = [local(26, 0, 59), local(26, 1, 30), local(26, 2, 0), october(0), october(1), october(2)];
    let stated = summary(&readings, &Options { zone: Some(zone), ..Options::default() });
    let of = |kind| finding(&stated, kind).unwrap();
    assert_eq!(of(FindingKind::SkippedTime).places, [Span::new(10, 20)]);
    assert_eq!(of(FindingKind::RepeatedTime).places, [Span::new(40, 50)]);
    assert!(of(FindingKind::RepeatedTime).words.contains("Europe/London"));
    assert!(finding(&stated, FindingKind::ZoneUnknown).is_none());
    let unstated = summary(&readings, &Options::default());
    let found = finding(&unstated, FindingKind::ZoneUnknown).unwrap();
    assert_eq!((found.count, found.places.len()), (6, 0));
    assert!(finding(&unstated, FindingKind::SkippedTime).is_none());
}

#[test]
fn an_export_that_may_have_been_cut() {
    let readings = |count: i64| (0..count).map(instant).collect::<Vec<_>>();
    let whatsapp = Options { format: Some(Format::Whatsapp), ..Options::default() };
    for (count, cut) in [(39_999, true), (10_000, true), (39_000, false), (9_000, false), (20_000, false)] {
        let found = finding(&summary(&readings(count), &whatsapp), FindingKind::MaybeCut);
        assert_eq!(found.is_some(), cut, "{count}");
        if let Some(found) = found {
            assert!(found.words.contains("may have been"), "a possibility, not a claim: {}", found.words);
        }
        assert!(finding(&summary(&readings(count), &Options::default()), FindingKind::MaybeCut).is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However many are wrong: lists stay short, counts stay right, every number is of this timeline.
    #[test]
    fn any_times_are_reviewed(seconds in proptest::collection::vec(prop_oneof![
        any::<i64>().prop_map(Reading::epoch_millis),
        (0_i64..10_000).prop_map(|second| Reading::epoch_seconds(1_700_000_000 + second)),
        (1_i8..28, 0_i8..24).prop_map(|(day, hour)| local(day, hour, 0)),
        Just(Reading::Missing),
    ], 0..400)) {
        let options = Options { now: Some(Timestamp::from_second(1_700_005_000).unwrap()), zone: Some(TimeZone::UTC), ..Options::default() };
        let summary = summary(&seconds, &options);
        prop_assert_eq!(summary.messages, seconds.len() as u64);
        prop_assert_eq!(summary.kinds.values().sum::<u64>(), summary.messages);
        prop_assert_eq!(summary.participants.iter().map(|who| who.messages).sum::<u64>(), summary.messages);
        let missing = seconds.iter().filter(|reading| matches!(reading, Reading::Missing)).count() as u64;
        prop_assert_eq!(finding(&summary, FindingKind::NoTime).map_or(0, |found| found.count), missing);
        for found in &summary.findings {
            prop_assert!(found.places.len() <= 100 && found.places.len() as u64 <= found.count.max(1));
            prop_assert!(found.places.iter().all(|place| place.end() <= seconds.len() as u64 * 10));
        }
        for conversation in &summary.conversations {
            prop_assert!(conversation.gaps.longest.is_sorted_by(|a, b| a.seconds >= b.seconds));
        }
    }
}
