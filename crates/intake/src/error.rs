//! What can be wrong with a questionnaire or a draft.

use std::fmt;

/// What can be wrong with a questionnaire or a draft.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not what its format or schema asks for.
    #[error("{}{message}", at_line(*.line))]
    Syntax {
        /// The line, counted from 1, where it is known.
        line: Option<usize>,
        /// What the parser says.
        message: String,
    },
    /// The file can be read, but the questionnaire would not work.
    #[error("the questionnaire has {} problem(s):\n{}", .0.len(), lines(.0))]
    Invalid(Vec<Problem>),
    /// A draft was begun with another questionnaire or another edition of it.
    #[error("the draft belongs to another edition of the questionnaire")]
    OtherEdition,
    /// Something was asked of a draft that is not complete.
    #[error("the draft is not complete: page `{page}` is still to be answered")]
    Incomplete {
        /// The page to answer next.
        page: String,
    },
}

/// One thing that is wrong with a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a path into the data, e.g. `pages[3].next[0].to`.
    pub place: String,
    /// The line in the file, counted from 1, where the questionnaire came from one.
    pub line: Option<usize>,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong at one place of a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing can be asked.
    #[error("there are no pages")]
    NoPages,
    /// An id is empty or holds something else than lower case letters, digits and hyphens.
    #[error("`{0}` is not an id: use lower case letters, digits and hyphens")]
    NotAnId(String),
    /// A field carries a name that the form needs for itself.
    #[error("`{0}` is a name that every form needs for itself")]
    Reserved(String),
    /// Two things of a kind carry one id.
    #[error("`{0}` is there twice")]
    Duplicate(String),
    /// A branch leads to a page that does not exist.
    #[error("there is no page `{0}` to go to")]
    UnknownTarget(String),
    /// A branch leads back to an earlier page or to its own.
    #[error("a branch must lead forwards, and `{0}` does not come later in the file")]
    Backwards(String),
    /// No path leads to a page.
    #[error("no path leads to page `{0}`")]
    Unreachable(String),
    /// A page has no branch that always holds.
    #[error("page `{0}` can become a dead end: its last branch must have no condition")]
    DeadEnd(String),
    /// A branch comes after one that always holds.
    #[error("this branch is never taken, since the one before it always is")]
    NeverTaken,
    /// A condition states nothing.
    #[error("the condition states nothing")]
    EmptyCondition,
    /// `is`, `given` or `within_hours` without `answer`, or `answer` without any of them.
    #[error("`answer` needs one of `is`, `given` and `within_hours`, and they need `answer`")]
    LooseAnswer,
    /// A condition looks at a page or field that does not exist.
    #[error("there is no answer `{0}`; write it as `page.field`")]
    UnknownAnswer(String),
    /// A condition looks at an answer that cannot have been given by then.
    #[error("answer `{0}` cannot have been given by then")]
    AnswerComesLater(String),
    /// A condition compares with a choice that the field does not offer.
    #[error("`{0}` is not a choice of that field")]
    UnknownChoice(String),
    /// A condition reckons with hours, and the field is no date.
    #[error("`within_hours` looks at `{0}`, which is not a date")]
    NotADate(String),
    /// A field that is answered by choosing has no choices.
    #[error("field `{0}` has nothing to choose from")]
    NoChoices(String),
    /// A property stands at a kind of field or page that cannot have it.
    #[error("`{property}` does not belong here")]
    Misplaced {
        /// The property.
        property: &'static str,
    },
    /// A text field has no limit.
    #[error("text field `{0}` has no limit")]
    NoLimit(String),
    /// A group has no fields or no greatest number of entries.
    #[error("group `{0}` needs `fields` of text and a `max` of at least 1")]
    BadGroup(String),
    /// `at_least_one` names a field that is not on the page.
    #[error("page has no field `{0}`")]
    UnknownField(String),
    /// There are no words for something.
    #[error("text `{0}` is missing")]
    MissingText(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}: {}", at_line(self.line), self.place, self.fault)
    }
}

fn at_line(line: Option<usize>) -> String {
    line.map(|line| format!("line {line}: ")).unwrap_or_default()
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}
