//! The questionnaire as data. `SCHEMA.md` describes the same thing for the people who edit it.
//!
//! Nothing here holds words: every text is found by the ids below in the Fluent files. The text of a
//! page is `page`, of a field `page_field`, of a choice `page_field_choice`.

use serde::{Deserialize, Serialize};

/// Where a branch leads when the report is complete and is to be sealed and sent.
pub const SEND: &str = "send";

/// Names that a form, or the layout around it, needs for itself and that no field may therefore carry.
pub const RESERVED: &[&str] = &[
    "do",
    "page",
    "draft",
    "work",
    "file",
    "phrase",
    "lang",
    "safehand",
    "exit",
    "help",
    "help-title",
    "route-notice",
    "main-content",
    "error-summary",
];

/// A whole questionnaire: pages in reading order, and the rules that give reasons for urgency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// Which questionnaire this is, e.g. `default`.
    pub id: String,
    /// Which edition of it. A draft belongs to one edition.
    pub version: u32,
    /// The pages. The first is where a report begins; branches only lead forwards, so no path can
    /// turn in a circle.
    pub pages: Vec<Page>,
    /// Why somebody may have to look at once.
    pub reasons: Vec<Reason>,
}

/// One page: one thing to read or one thing to answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its id, in lower case letters, digits and hyphens.
    pub id: String,
    /// What sort of page it is.
    #[serde(default, skip_serializing_if = "PageKind::is_question")]
    pub kind: PageKind,
    /// What it asks, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Fields of which at least one must be filled in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_least_one: Vec<String>,
    /// Where it leads: the first branch that holds is taken, and the last holds always.
    pub next: Vec<Branch>,
}

/// What sort of page a [`Page`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// Asks something.
    #[default]
    Question,
    /// Says something that must be read before going on.
    Interruption,
    /// Takes files. The files themselves are the caller's affair.
    Files,
    /// Shows all answers, to be checked and changed.
    Check,
}

impl PageKind {
    // serde hands over a reference.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    fn is_question(&self) -> bool {
        *self == Self::Question
    }
}

/// One way on from a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// When it is taken. Without a condition: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// The page it leads to, or [`SEND`].
    pub to: String,
}

/// One thing that a page asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its id, unique on its page.
    pub id: String,
    /// How it is asked.
    pub kind: FieldKind,
    /// Whether the page can be left without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The longest text it takes, in characters. Every text field has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// The choices of radios, checkboxes and buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// The fields of one entry of a group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// The most entries a group takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<usize>,
    /// Asked only when this holds. It may look at earlier pages only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Which keyboard a phone should show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyboard: Option<Keyboard>,
}

/// How a [`Field`] is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One of several.
    Radios,
    /// Any of several.
    Checkboxes,
    /// One of several, each a button that also leaves the page.
    Buttons,
    /// One line.
    Text,
    /// Many lines.
    Textarea,
    /// A day, a month and a year.
    Date,
    /// Several text fields, as often as there are things to name.
    Group,
}

impl FieldKind {
    /// Whether it is answered by choosing.
    pub fn is_choice(self) -> bool {
        matches!(self, Self::Radios | Self::Checkboxes | Self::Buttons)
    }

    /// Whether it is answered by typing.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Textarea)
    }
}

/// Which keyboard a phone should show for a text field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keyboard {
    /// For a telephone number.
    Tel,
    /// For an email address.
    Email,
    /// For a web address.
    Url,
}

/// One choice of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its id, which is also its value.
    pub id: String,
    /// Offered only when this holds. It may look at earlier pages only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Of checkboxes: cannot stand beside any other, such as "none of these".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclusive: bool,
}

/// A condition. Everything it states must hold; stating nothing at all is a mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    /// The answer that `is`, `given` and `within_hours` look at, as `page.field`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// The answer is, or contains, one of these choices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<String>,
    /// There is an answer at all, or there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<bool>,
    /// The answer is a day that begins before this many hours from now are over, and is not over yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within_hours: Option<u32>,
    /// The desk is of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desk: Option<DeskKind>,
    /// All of these hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Condition>,
    /// One of these holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<Condition>,
    /// This does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Condition>>,
}

/// What kind of organisation runs a desk. It decides whether files can be taken at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskKind {
    /// May receive files, into quarantine.
    Police,
    /// May never receive files.
    Charity,
}

impl DeskKind {
    /// The word for it in data and texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Police => "police",
            Self::Charity => "charity",
        }
    }
}

/// A rule that gives a reason for urgency. There are no points: a person reads the reasons and decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Its id, in lower case letters, digits and underscores. Its text is `reason_` and the id.
    pub id: String,
    /// Whether this reason sets the report's one urgency bit, so that somebody can be woken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// When it is given.
    pub when: Condition,
}

impl Questionnaire {
    /// The page with this id.
    pub fn page(&self, id: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.id == id)
    }
}

impl Page {
    /// The field with this id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The one field of a page that asks one thing only. Unless it has words of its own, its label is
    /// the page's title.
    pub fn sole_field(&self) -> Option<&Field> {
        match self.fields.as_slice() {
            [field] if field.kind != FieldKind::Group => Some(field),
            _ => None,
        }
    }
}
