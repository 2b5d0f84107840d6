use media::pdq::{Hash, Picture, Samples, hash};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use media::hex::encode as hex;

use super::{Answer, Ask, Compared, Error, Examined, Examiner, PIXELS_MAX, Showing, import};

const SIDE: u32 = 96;

/// The head of a PNG of this size; no decoder would make a picture of it.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xaeB`\x82");
    bytes
}

/// A pattern that is no mirror image of itself, in RGBA; `mirrored` left to right.
fn pattern(mirrored: bool) -> Vec<u8> {
    let light = |x: u32, y: u32| u8::try_from((x * x + 3 * y * y + x * y) / 7 % 251).unwrap();
    let pixels = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
    pixels
        .flat_map(|(x, y)| {
            let light = light(if mirrored { SIDE - 1 - x } else { x }, y);
            [light, light, light, 255]
        })
        .collect()
}

fn examined(examiner: &mut Examiner, bytes: &[u8]) -> Box<Examined> {
    examiner.push(bytes);
    match examiner.ask(Ask::File { name: None, now: 0 }).unwrap() {
        Answer::Examined(facts) => facts,
        other => panic!("{other:?}"),
    }
}

fn compared(examiner: &mut Examiner, pixels: &[u8]) -> Compared {
    examiner.push(pixels);
    match examiner.ask(Ask::Picture { width: SIDE, height: SIDE }).unwrap() {
        Answer::Compared(compared) => compared,
        other => panic!("{other:?}"),
    }
}

/// An examiner that holds a list of these lines.
fn with_list(lines: &str, pdq: bool) -> Examiner {
    let mut examiner = Examiner::default();
    hold(&mut examiner, "one", lines, pdq);
    examiner
}

fn hold(examiner: &mut Examiner, list: &str, lines: &str, pdq: bool) {
    examiner.push(&import(lines.as_bytes(), pdq).unwrap().stored);
    let answer = examiner.ask(Ask::List { list: list.to_owned() }).unwrap();
    assert!(matches!(answer, Answer::Listed(facts) if facts.all() == 1), "{answer:?}");
}

#[test]
fn a_picture_is_given_out_once_and_only_after_it_was_compared() {
    let mut examiner = Examiner::default();
    assert!(matches!(examiner.take(), Err(Error::NotExamined)));
    let picture = png(SIDE, SIDE);
    examiner.push(&picture[..10]);
    assert!(matches!(examiner.take(), Err(Error::NotExamined)), "what only arrived was not examined");
    let facts = examined(&mut examiner, &picture[10..]);
    assert_eq!(facts.sha256, hex(&Sha256::digest(&picture)));
    assert_eq!((facts.md5.len(), facts.sha1.len()), (32, 40));
    assert_eq!(examiner.picture_to_compare(), Some("image/png"));
    assert_eq!(examiner.bytes(), picture);
    assert!(matches!(examiner.take(), Err(Error::NotCompared)));
    let found = compared(&mut examiner, &pattern(false));
    assert!(found.hit.is_none() && found.quality >= 50, "{found:?}");
    assert_eq!(examiner.take().unwrap(), picture);
    assert!(matches!(examiner.take(), Err(Error::NotExamined)));
}

#[test]
fn what_a_list_knows_is_never_given_out() {
    let picture = png(SIDE, SIDE);
    let mut plain = Examiner::default();
    let Examined { md5, sha1, sha256, .. } = *examined(&mut plain, &picture);
    for (kind, digits) in [("md5", md5), ("sha1", sha1), ("sha256", sha256)] {
        let mut examiner = with_list(&digits, false);
        let hit = examined(&mut examiner, &picture).hit.unwrap();
        assert_eq!((hit.list.as_str(), hit.hash.as_str(), hit.distance), ("one", kind, None));
        assert_eq!(examiner.picture_to_compare(), None, "not even for a comparison");
        assert!(examiner.bytes().is_empty());
        assert!(matches!(examiner.take(), Err(Error::Known)));
        examiner.push(&pattern(false));
        let _ = examiner.ask(Ask::Picture { width: SIDE, height: SIDE });
        assert!(matches!(examiner.take(), Err(Error::Known)), "a comparison does not wash it");
    }
}

#[test]
fn a_picture_that_looks_like_one_of_a_list_is_never_given_out() {
    let pixels = pattern(false);
    let side = SIDE as usize;
    let known = hash(&Picture::new(side, side, Samples::Rgba(&pixels)).unwrap()).hash;
    let far = Hash(known.0.map(|byte| !byte));
    for mirrored in [false, true] {
        let mut examiner = with_list(&known.to_string(), true);
        assert!(examined(&mut examiner, &png(SIDE, SIDE)).hit.is_none());
        let hit = compared(&mut examiner, &pattern(mirrored)).hit.unwrap();
        assert_eq!((hit.list.as_str(), hit.hash.as_str()), ("one", "pdq"));
        assert!(hit.distance.unwrap() <= 31);
        assert!(matches!(examiner.take(), Err(Error::Known)));
    }
    let mut examiner = with_list(&far.to_string(), true);
    examined(&mut examiner, &png(SIDE, SIDE));
    assert_eq!(compared(&mut examiner, &pixels).hit, None);
    assert!(examiner.take().is_ok());
}

#[test]
fn a_flat_picture_is_like_no_other() {
    let flat = vec![128; (SIDE * SIDE * 4) as usize];
    let side = SIDE as usize;
    let own = hash(&Picture::new(side, side, Samples::Rgba(&flat)).unwrap()).hash;
    let mut examiner = with_list(&own.to_string(), true);
    examined(&mut examiner, &png(SIDE, SIDE));
    let found = compared(&mut examiner, &flat);
    assert!(found.quality < 50 && found.hit.is_none(), "{found:?}");
    assert!(examiner.take().is_ok());
}

#[test]
fn pixels_that_are_no_picture_do_not_count_as_a_comparison() {
    let mut examiner = Examiner::default();
    examined(&mut examiner, &png(SIDE, SIDE));
    examiner.push(&[0; 7]);
    let refused = examiner.ask(Ask::Picture { width: SIDE, height: SIDE });
    assert!(matches!(refused, Err(Error::Pixels(_))), "{refused:?}");
    assert!(matches!(examiner.take(), Err(Error::NotCompared)));
}

#[test]
fn what_no_decoder_may_have_is_not_given_out() {
    let huge = png(u32::try_from(PIXELS_MAX).unwrap() / 10_000 + 1, 10_000);
    let mut both = png(SIDE, SIDE);
    both.extend(b"PK\x03\x04 <html><script>alert(1)</script>");
    let cases: [&[u8]; 7] = [
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n",
        b"MZ\x90\0",
        b"kick-off at ten\n",
        &huge,
        &both,
    ];
    let mut examiner = Examiner::default();
    for bytes in cases {
        let facts = examined(&mut examiner, bytes);
        assert!(matches!(&facts.showing, Showing::Not { why } if !why.is_empty()), "{facts:?}");
        assert_eq!((examiner.picture_to_compare(), examiner.bytes()), (None, &b""[..]));
        assert!(matches!(examiner.take(), Err(Error::NotShown(_))));
    }
}

#[test]
fn films_and_sounds_are_compared_by_their_bytes() {
    let film = b"\0\0\0\x18ftypisom\0\0\0\0isommp42\0\0\0\x08mdat";
    let mut examiner = Examiner::default();
    let facts = examined(&mut examiner, film);
    assert_eq!(facts.showing, Showing::Film { media_type: "video/mp4".to_owned() });
    assert_eq!(examiner.take().unwrap(), film);
    let mut examiner = with_list(&facts.md5, false);
    assert!(examined(&mut examiner, film).hit.is_some());
    assert!(matches!(examiner.take(), Err(Error::Known)));
}

#[test]
fn a_new_file_takes_the_place_of_the_last_one() {
    let mut examiner = Examiner::default();
    examined(&mut examiner, &png(SIDE, SIDE));
    compared(&mut examiner, &pattern(false));
    examined(&mut examiner, &png(SIDE, SIDE + 1));
    assert!(matches!(examiner.take(), Err(Error::NotCompared)), "the comparison was of another");
    examiner.ask(Ask::Forget).unwrap();
    assert!(matches!(examiner.take(), Err(Error::NotExamined)));
}

#[test]
fn a_list_of_the_same_name_takes_the_place_of_the_last_one() {
    let picture = png(SIDE, SIDE);
    let Examined { md5, .. } = *examined(&mut Examiner::default(), &picture);
    let mut examiner = with_list(&md5, false);
    hold(&mut examiner, "other", &"0".repeat(32), false);
    assert!(examined(&mut examiner, &picture).hit.is_some());
    hold(&mut examiner, "one", &"1".repeat(32), false);
    assert_eq!(examined(&mut examiner, &picture).hit, None);
}

#[test]
fn an_import_tells_what_it_read_and_names_the_whole_file() {
    let lines = format!("{}\nnot a hash\n{}\n", "a".repeat(32), "b".repeat(40));
    let list = import(lines.as_bytes(), false).unwrap();
    assert_eq!((list.facts.hashes.md5, list.facts.hashes.sha1, list.facts.hashes.all()), (1, 1, 2));
    assert_eq!((list.facts.refused, list.facts.refusals[0].0), (1, 2));
    assert_eq!(list.facts.sha256, hex(&Sha256::digest(lines.as_bytes())));
    let vic = format!("{{\"value\":[{{\"MD5\":\"{}\",\"Category\":1}}]}}\n\n", "c".repeat(32));
    let list = import(vic.as_bytes(), false).unwrap();
    assert_eq!(list.facts.format, "Project VIC’s JSON");
    assert_eq!(list.facts.sha256, hex(&Sha256::digest(vic.as_bytes())));
    assert!(matches!(import(&b"wind and rain\n"[..], false), Err(Error::NoHash)));
    assert!(matches!(import(&b""[..], false), Err(Error::Import(_))));
}

#[test]
fn a_broken_list_and_a_broken_question_are_refused_in_words() {
    let mut examiner = Examiner::default();
    examiner.push(b"not a list");
    let answer = examiner.ask_json(r#"{"ask":"list","list":"one"}"#);
    assert!(answer.contains("refused") && answer.contains("hash list"), "{answer}");
    assert!(examiner.ask_json("{").contains("refused"));
    assert!(examiner.ask_json(r#"{"ask":"file","now":0}"#).contains("examined"), "and it goes on");
}

proptest! {
    #[test]
    fn any_bytes_are_examined_and_only_what_is_shown_is_given_out(bytes: Vec<u8>) {
        let mut examiner = Examiner::default();
        let facts = examined(&mut examiner, &bytes);
        let json = serde_json::to_string(&Answer::Examined(facts.clone())).unwrap();
        prop_assert_eq!(serde_json::from_str::<Answer>(&json).unwrap(), Answer::Examined(facts.clone()));
        let shown = matches!(facts.showing, Showing::Film { .. } | Showing::Sound { .. });
        prop_assert_eq!(examiner.take().is_ok(), shown);
    }
}
