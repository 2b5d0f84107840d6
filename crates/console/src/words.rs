//! Plain words for the ids that sealed documents and the protocol carry.

use protocol::Role;
use protocol::content::{SealedOn, Standing};
use protocol::public::DeskKind;
use protocol::staff::ReportState;

/// A reason why somebody may have to look at once.
struct Reason {
    id: &'static str,
    label: &'static str,
    urgent: bool,
}

const REASONS: [Reason; 11] = [
    Reason { id: "danger_now", label: "A child may be in danger now", urgent: true },
    Reason { id: "danger_unsure", label: "Not sure whether a child is in danger", urgent: false },
    Reason { id: "meeting_within_72h", label: "A meeting is planned within 72 hours", urgent: true },
    Reason { id: "real_child_contact", label: "A real child is still in contact", urgent: true },
    Reason { id: "child_not_safe", label: "The child is not safe", urgent: true },
    Reason { id: "threats", label: "Someone is being threatened", urgent: true },
    Reason { id: "self_harm", label: "Someone may be at risk of suicide or self-harm", urgent: true },
    Reason { id: "position_of_trust", label: "The person reported may work with children", urgent: false },
    Reason {
        id: "confronted_or_streamed",
        label: "Someone was confronted or streamed, or it is planned",
        urgent: true,
    },
    Reason { id: "named_in_public", label: "Already posted in public", urgent: false },
    Reason { id: "child_reporter", label: "The reporter is under 18", urgent: true },
];

fn known(id: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.id == id)
}

/// What to say for a reason. One that a later questionnaire has brought is shown by its id.
pub fn reason(id: &str) -> String {
    known(id).map_or_else(|| id.replace('_', " "), |reason| reason.label.to_owned())
}

/// Whether a reason is among those that wake somebody. An unknown one is taken to be.
pub fn reason_is_urgent(id: &str) -> bool {
    known(id).is_none_or(|reason| reason.urgent)
}

/// What a state is called.
pub fn state(state: ReportState) -> &'static str {
    match state {
        ReportState::New => "New",
        ReportState::Open => "Open",
        ReportState::Closed => "Closed",
    }
}

/// What a role is called.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Intake => "Intake",
        Role::Investigator => "Investigator",
        Role::Supervisor => "Supervisor",
        Role::Disclosure => "Disclosure",
        Role::Auditor => "Auditor",
        Role::Administrator => "Administrator",
        Role::Custodian => "Custodian",
    }
}

/// What a role may do, in one line, for whoever chooses it.
pub fn role_hint(role: Role) -> &'static str {
    match role {
        Role::Intake => "reads new reports, assigns, asks",
        Role::Investigator => "works on reports",
        Role::Supervisor => "runs the desk and its members",
        Role::Disclosure => "prepares what goes to the defence",
        Role::Auditor => "reads the record of who did what, no content",
        Role::Administrator => "keeps members and the machine, no content",
        Role::Custodian => "holds a recovery share, no content",
    }
}

/// How a reporter chose to be known.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Anonymous => "Anonymous",
        Standing::Confidential => "Confidential",
        Standing::Witness => "Possible witness",
    }
}

/// What a standing means for the officer.
pub fn standing_meaning(standing: Standing) -> &'static str {
    match standing {
        Standing::Anonymous => "The reporter gave no name. This is intelligence; it cannot be an exhibit.",
        Standing::Confidential => {
            "The reporter is named to this desk only. Do not name them to anybody without their consent."
        }
        Standing::Witness => "The reporter is willing to be asked for a statement.",
    }
}

/// Where the answers were sealed, and so who could have read them on the way.
pub fn sealed_on(place: SealedOn) -> &'static str {
    match place {
        SealedOn::Device => "Sealed on the reporter’s own device: nobody on the way could read it.",
        SealedOn::Server => {
            "Sealed on the server while the request ran, because the reporter’s browser ran no JavaScript."
        }
        SealedOn::Telephone => "Taken by telephone and sealed by the operator.",
    }
}

/// What a kind of desk is called.
pub fn desk_kind(kind: DeskKind) -> &'static str {
    match kind {
        DeskKind::Police => "Police desk",
        DeskKind::Charity => "Charity desk",
    }
}

/// What sort of message it is, in words; nothing for plain words.
pub fn message_kind(kind: reader::Kind) -> Option<&'static str> {
    use reader::Kind;
    Some(match kind {
        Kind::Text => return None,
        Kind::Media => "Picture or file",
        Kind::Call => "Call",
        Kind::Poll => "Poll",
        Kind::Location => "Place",
        Kind::Contact => "Contact",
        Kind::System => "From the service",
        Kind::Deleted => "Deleted",
        Kind::Withheld => "Not shown by the export",
        Kind::Unsent => "Not sent",
    })
}

#[cfg(test)]
mod tests {
    use super::{reason, reason_is_urgent};

    #[test]
    fn a_reason_is_words_and_never_a_figure() {
        assert_eq!(reason("meeting_within_72h"), "A meeting is planned within 72 hours");
        assert!(reason_is_urgent("self_harm"));
        assert!(!reason_is_urgent("named_in_public"));
    }

    #[test]
    fn a_reason_of_a_later_questionnaire_is_still_shown() {
        assert_eq!(reason("a_new_reason"), "a new reason");
        assert!(reason_is_urgent("a_new_reason"));
    }
}
