//! Faults in a questionnaire are found when it is loaded, and name the line.
#![cfg(feature = "author")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use intake::{Error, Fault, Questionnaire};

const BUILT_IN: &str = include_str!("../questionnaire.toml");

/// Replaces a passage of the built-in questionnaire and tells the line it stands on.
fn broken(passage: &str, by: &str) -> (usize, Vec<(Option<usize>, Fault)>) {
    let place = BUILT_IN.find(passage).unwrap_or_else(|| panic!("no {passage:?}"));
    let line = BUILT_IN[..place].lines().count() + usize::from(BUILT_IN[..place].ends_with('\n'));
    match Questionnaire::from_toml(&BUILT_IN.replacen(passage, by, 1)) {
        Err(Error::Invalid(problems)) => {
            let found = problems.into_iter().map(|problem| (problem.line, problem.fault)).collect();
            (line.max(1), found)
        }
        other => panic!("{other:?}"),
    }
}

fn expect(passage: &str, by: &str, fault: &Fault) {
    let (line, found) = broken(passage, by);
    assert!(found.contains(&(Some(line), fault.clone())), "{fault:?} on line {line} is not in {found:#?}");
}

#[test]
fn the_built_in_questionnaire_is_sound_and_the_same_both_ways() {
    let from_toml = Questionnaire::from_toml(BUILT_IN).unwrap();
    assert_eq!(&from_toml, Questionnaire::embedded());
    let json = serde_json::to_string(&from_toml).unwrap();
    assert_eq!(Questionnaire::from_json(&json).unwrap(), from_toml);
}

#[test]
fn an_unknown_target_names_its_line() {
    let passage = r#"next = [{ to = "danger" }]"#;
    expect(passage, r#"next = [{ to = "dangre" }]"#, &Fault::UnknownTarget("dangre".to_owned()));
}

#[test]
fn a_branch_backwards_names_its_line() {
    let passage = r#"next = [{ to = "decoy" }]"#;
    expect(passage, r#"next = [{ to = "who" }]"#, &Fault::Backwards("who".to_owned()));
}

#[test]
fn an_unreachable_page_names_its_line() {
    let (_, found) = broken(r#"next = [{ to = "decoy" }]"#, r#"next = [{ to = "route" }]"#);
    let line = 1 + BUILT_IN[..BUILT_IN.find("id = \"decoy\"").unwrap()].matches('\n').count();
    assert!(found.contains(&(Some(line), Fault::Unreachable("decoy".to_owned()))), "{found:?}");
}

#[test]
fn a_missing_text_names_its_line() {
    expect(r#"id = "role""#, r#"id = "hobby""#, &Fault::MissingText("professional_hobby".to_owned()));
}

#[test]
fn a_second_page_or_field_of_one_name_names_its_line() {
    expect(r#"id = "young""#, r#"id = "who""#, &Fault::Duplicate("who".to_owned()));
    let (_, found) = broken(r#"{ id = "role", kind"#, r#"{ id = "lead", kind"#);
    let second = 1 + BUILT_IN[..BUILT_IN.find("{ id = \"lead\", kind").unwrap()].matches('\n').count();
    assert_eq!(found, [(Some(second), Fault::Duplicate("lead".to_owned()))]);
}

#[test]
fn a_dead_end_names_its_page() {
    let passage =
        r#"next = [{ when = { answer = "danger.now", is = ["yes"] }, to = "call" }, { to = "who" }]"#;
    let by = r#"next = [{ when = { answer = "danger.now", is = ["yes"] }, to = "call" }]"#;
    expect(passage, by, &Fault::DeadEnd("danger".to_owned()));
}

#[test]
fn conditions_that_cannot_be_decided_name_their_lines() {
    let passage = r#"when = { answer = "told.told", is = ["social-media"] }, to = "public""#;
    let with = |condition: &str| format!(r#"when = {condition}, to = "public""#);
    let cases = [
        (r#"{ answer = "told.nothing", is = ["x"] }"#, Fault::UnknownAnswer("told.nothing".to_owned())),
        (r#"{ answer = "told", given = true }"#, Fault::UnknownAnswer("told".to_owned())),
        (r#"{ answer = "told.told", is = ["social"] }"#, Fault::UnknownChoice("social".to_owned())),
        (r#"{ answer = "told.told", within_hours = 72 }"#, Fault::NotADate("told.told".to_owned())),
        (
            r#"{ answer = "declaration.agree", given = true }"#,
            Fault::AnswerComesLater("declaration.agree".to_owned()),
        ),
        ("{ is = [\"x\"] }", Fault::LooseAnswer),
        ("{ answer = \"told.told\" }", Fault::LooseAnswer),
        ("{}", Fault::EmptyCondition),
        ("{ not = {} }", Fault::EmptyCondition),
    ];
    for (condition, fault) in cases {
        expect(passage, &with(condition), &fault);
    }
}

#[test]
fn properties_out_of_place_name_their_lines() {
    let passage = r#"{ id = "role", kind = "text", limit = 200 }"#;
    let cases = [
        (r#"{ id = "role", kind = "text" }"#, Fault::NoLimit("role".to_owned())),
        (r#"{ id = "role", kind = "radios" }"#, Fault::NoChoices("role".to_owned())),
        (r#"{ id = "role", kind = "group", max = 3 }"#, Fault::BadGroup("role".to_owned())),
        (r#"{ id = "page", kind = "text", limit = 2 }"#, Fault::Reserved("page".to_owned())),
        (r#"{ id = "Role", kind = "text", limit = 2 }"#, Fault::NotAnId("Role".to_owned())),
        (r#"{ id = "role", kind = "date", limit = 2 }"#, Fault::Misplaced { property: "limit" }),
        (r#"{ id = "role", kind = "text", limit = 2, max = 1 }"#, Fault::Misplaced { property: "max" }),
    ];
    for (by, fault) in cases {
        expect(passage, by, &fault);
    }
}

#[test]
fn what_the_schema_does_not_know_names_its_line() {
    for (passage, by) in [
        (r#"kind = "textarea", limit = 2000 }"#, r#"kind = "essay", limit = 2000 }"#),
        (r#"kind = "textarea", limit = 2000 }"#, r#"kind = "textarea", limit = "long" }"#),
        (r#"kind = "textarea", limit = 2000 }"#, r#"kind = "textarea", points = 5 }"#),
        (r#"id = "danger""#, r#"id = "danger"#),
    ] {
        let line = 1 + BUILT_IN[..BUILT_IN.find(passage).unwrap()].matches('\n').count();
        match Questionnaire::from_toml(&BUILT_IN.replacen(passage, by, 1)) {
            Err(Error::Syntax { line: Some(found), .. }) => {
                // The parser may point to the table that a bad value stands in.
                assert!(found.abs_diff(line) <= 3, "{by}: line {found} instead of {line}");
            }
            other => panic!("{by}: {other:?}"),
        }
    }
}

#[test]
fn the_message_reads_well() {
    let source = BUILT_IN.replacen(r#"next = [{ to = "danger" }]"#, r#"next = [{ to = "dangre" }]"#, 1);
    let message = Questionnaire::from_toml(&source).unwrap_err().to_string();
    assert!(message.contains("pages[0].next[0].to: there is no page `dangre` to go to"), "{message}");
    assert!(message.contains("line 11: "), "{message}");
}

#[test]
fn an_empty_questionnaire_is_refused() {
    let empty = "id = \"x\"\nversion = 1\npages = []\nreasons = []\n";
    let Err(Error::Invalid(problems)) = Questionnaire::from_toml(empty) else { panic!("accepted") };
    assert_eq!(problems[0].fault, Fault::NoPages);
    assert_eq!(problems[0].line, Some(3));
}
