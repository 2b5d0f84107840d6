//! What the made-up reports say.

use serde_json::json;

use crate::answers::Given;

/// How many different stories there are for a desk that takes files, and for one that does not.
const STORIES: usize = 6;

/// Answers of the made-up report with this number. Reports repeat, with other names, after a few.
pub(super) fn answers(number: usize, takes_files: bool) -> Given {
    let mut given = everyday(number);
    match number % STORIES {
        0 => meeting(&mut given),
        1 => with_chat(&mut given, takes_files),
        2 => teacher(&mut given),
        3 => coach(&mut given),
        4 => web_address(&mut given),
        _ => group(&mut given),
    }
    given
}

/// Whether the made-up report with this number hands over a chat.
pub(super) fn has_chat(number: usize) -> bool {
    number % STORIES == 1
}

/// What every report says unless its story says otherwise.
fn everyday(number: usize) -> Given {
    let mut given = Given::default();
    let handle = format!("northstar_{}", 17 + number);
    for (name, value) in [
        ("danger.now", "no"),
        ("who.you", "public"),
        ("route.route", "anonymous"),
        ("child.real", "unknown"),
        ("person.known", "no"),
        ("what.first", "About three weeks ago"),
        ("what.age-said", "On the first day: “I am 12”, and then the talk went on about football"),
        ("what.last", "Yesterday evening"),
        ("declaration.agree", "true"),
    ] {
        given.set(name, value);
    }
    given.set("about.about", json!(["contact"]));
    given.set(
        "accounts.accounts",
        json!([{ "platform": "ChatApp", "handle": handle, "shown-name": "Robin" }]),
    );
    given.set("have.have", json!(["nothing"]));
    given.set("told.told", json!(["nobody"]));
    given.set(
        "what.story",
        "Somebody my child has never met writes every day, asks which football practice they go to and when it \
         ends, and asks them not to tell me. I have not answered.",
    );
    given
}

fn meeting(given: &mut Given) {
    given.set("who.you", "parent");
    given.set("route.route", "confidential");
    given.set("contact.name", "Pat Rowan");
    given.set("contact.phone", "07700 900123");
    given.set("about.about", json!(["contact", "meet"]));
    given.set("meeting.when", "soon");
    given.set("meeting.where", "The car park behind the football ground");
    given.set("child.real", "yes");
    child(given, "yes");
    given.set("told.told", json!(["school"]));
}

fn with_chat(given: &mut Given, takes_files: bool) {
    given.set("who.you", "parent");
    given.set("have.have", json!(["messages"]));
    given.set("have-about.complete", "yes");
    if takes_files {
        given.set("upload-law.images", "no");
    }
    given.set(
        "what.story",
        "I found this chat on my child's tablet. It is about football and homework, but the other person says \
         they are 15 and writes like an adult, and keeps asking where we live. I exported the whole chat.",
    );
}

fn teacher(given: &mut Given) {
    given.set("who.you", "professional");
    given.set("professional.role", "Form tutor");
    given.set("professional.lead", "yes");
    given.set("route.route", "witness");
    given.set("witness.name", "Alex Finch");
    given.set("witness.email", "a.finch@school.example");
    given.set("witness.statement", "yes");
    given.set("witness.device", "none");
    given.set("child.real", "yes");
    child(given, "unknown");
    given.set("told.told", json!(["school", "social-care"]));
    given.set(
        "what.story",
        "A pupil told me that an adult from an online weather club has asked for their timetable and has offered \
         to help with homework in person.",
    );
}

fn coach(given: &mut Given) {
    given.set("person.known", "yes");
    given.set("person-about.name", "A coach called Jordan, I do not know the surname");
    given.set("person-about.children", "yes");
    given.set("person-about.how", json!(["said"]));
    given.set(
        "what.story",
        "The account belongs to somebody who says he helps at a football club on Saturdays. He writes privately \
         to several of the children, late in the evening.",
    );
}

fn web_address(given: &mut Given) {
    given.set("have.have", json!(["addresses"]));
    given.set("have-about.addresses", "https://chat.example/rooms/weather-talk");
    given.set("have-about.complete", "unsure");
    given.set("about.about", json!(["other"]));
    given.set("told.told", json!(["platform"]));
    given.set(
        "what.story",
        "A chat room that calls itself a weather club. Grown-ups there ask who is at home alone after school.",
    );
}

fn group(given: &mut Given) {
    given.set("who.you", "group");
    given.set("confronted.met", "no");
    given.set("posted.posted", "no");
    given.set("decoy.child", "adult");
    given.set("route.route", "confidential");
    given.set("contact.name", "Sam Wren");
    given.set("contact.email", "sam@group.example");
    given.set("child.real", "no");
    given.set(
        "what.story",
        "One of our members was written to as if she were a child. We stopped answering and hand this over now. \
         Nobody has been met, and nothing has been posted.",
    );
}

fn child(given: &mut Given, in_contact: &str) {
    given.set("child-about.age", "age11to12");
    given.set("child-about.area", "Northshire");
    given.set("child-about.contact", in_contact);
    given.set("child-about.safe", "yes");
}

#[cfg(test)]
mod tests {
    use intake::DeskKind;

    /// Noon on 22 November 2026.
    const NOW: i64 = 1_795_348_800;

    #[test]
    fn every_story_is_a_whole_report_for_both_kinds_of_desk() {
        for number in 0..super::STORIES {
            let police = super::answers(number, true).walk(DeskKind::Police, NOW).unwrap();
            assert_eq!(police.takes_files, super::has_chat(number), "story {number}");
            let charity = super::answers(number, false).walk(DeskKind::Charity, NOW).unwrap();
            assert!(!charity.takes_files, "story {number}");
        }
    }

    #[test]
    fn some_stories_are_urgent_and_some_are_not() {
        let urgent = |number| super::answers(number, true).walk(DeskKind::Police, NOW).unwrap().urgent;
        assert!(urgent(0));
        assert!(!urgent(1));
    }
}
