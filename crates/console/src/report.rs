//! A report's answers, laid out for reading: in the order they were asked, and once more by what they
//! are about. An account and a person are different things and never share a box.

use protocol::content::{AnsweredField, AnsweredPage, Answers};

/// A label and what was answered to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The label that was shown.
    pub label: String,
    /// The answers, in the words that were shown. Empty where the question was left open.
    pub answers: Vec<String>,
}

/// One account that the reporter named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its place among the accounts, as in the answers.
    pub place: usize,
    /// What is known of it.
    pub facts: Vec<Fact>,
}

/// Whom and what a report is about, each kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// The accounts that the reporter named.
    pub accounts: Vec<Account>,
    /// Whether the reporter says they know who it is.
    pub known: Vec<Fact>,
    /// The person reported, where they do, or what they say of somebody they cannot name.
    pub person: Vec<Fact>,
    /// How the reporter says they know that the account belongs to the person.
    pub basis: Vec<Fact>,
    /// The child.
    pub child: Vec<Fact>,
    /// The reporter.
    pub reporter: Vec<Fact>,
}

/// How well a statement about a person or an account is founded. Set by people, never by a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attribution {
    /// The reporter says so. How every report begins.
    #[default]
    Asserted,
}

impl Attribution {
    /// The word shown for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
        }
    }
}

const ACCOUNTS: &str = "accounts";
const KNOWN: &str = "person";
const PERSON: [&str; 2] = ["person-about", "describe"];
const BASIS: [&str; 2] = ["how", "how-more"];
const CHILD: [&str; 3] = ["child", "child-about", "decoy"];
const REPORTER: [&str; 5] = ["who", "professional", "route", "contact", "witness"];

impl People {
    /// Sorts the answers by whom they are about.
    pub fn of(answers: &Answers) -> Self {
        let mut people = Self::default();
        for page in &answers.pages {
            for field in &page.fields {
                people.take(page, field);
            }
        }
        people
    }

    fn take(&mut self, page: &AnsweredPage, field: &AnsweredField) {
        let of = |pages: &[&str]| pages.contains(&page.page.as_str());
        if page.page == ACCOUNTS {
            self.take_account(page, field);
        } else if page.page == KNOWN {
            self.known.extend(answered(page, field));
        } else if of(&PERSON) && BASIS.contains(&field.field.as_str()) {
            self.basis.extend(answered(page, field));
        } else if of(&PERSON) {
            self.person.extend(answered(page, field));
        } else if of(&CHILD) {
            self.child.extend(answered(page, field));
        } else if of(&REPORTER) {
            self.reporter.extend(answered(page, field));
        }
    }

    /// Fields of a group are called `accounts.1.handle`: group, place, part.
    fn take_account(&mut self, page: &AnsweredPage, field: &AnsweredField) {
        let place = field.field.split('.').nth(1).and_then(|place| place.parse::<usize>().ok());
        let (Some(place), Some(fact)) = (place, answered(page, field)) else { return };
        // "Account 1: Handle": the box around it says which account already.
        let label = fact.label.split_once(": ").map_or(fact.label.as_str(), |(_, part)| part).to_owned();
        let fact = Fact { label, ..fact };
        match self.accounts.iter_mut().find(|account| account.place == place) {
            Some(account) => account.facts.push(fact),
            None => self.accounts.push(Account { place, facts: vec![fact] }),
        }
    }
}

/// The fact that a field states, and `None` where nothing was answered.
fn answered(page: &AnsweredPage, field: &AnsweredField) -> Option<Fact> {
    let fact = fact(page, field);
    (!fact.answers.is_empty()).then_some(fact)
}

/// A field as a fact. A page with a single question often labels its only field with nothing.
pub fn fact(page: &AnsweredPage, field: &AnsweredField) -> Fact {
    let label = if field.label.trim().is_empty() { &page.question } else { &field.label };
    let answers = field.shown.iter().filter(|shown| !shown.trim().is_empty()).cloned().collect();
    Fact { label: label.clone(), answers }
}

/// A field as a fact below its page's question: without a label where that would repeat the question.
pub fn fact_below(page: &AnsweredPage, field: &AnsweredField) -> Fact {
    let fact = fact(page, field);
    if fact.label == page.question { Fact { label: String::new(), ..fact } } else { fact }
}

/// Whether a page only told the reporter something.
pub fn was_only_told(page: &AnsweredPage) -> bool {
    page.fields.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{People, fact};
    use crate::fixtures;

    #[test]
    fn accounts_and_people_are_kept_apart() {
        let people = People::of(&fixtures::answers());
        assert_eq!(people.accounts.len(), 2);
        assert_eq!(people.accounts[0].facts[1].answers, ["goalkeeper_07"]);
        assert_eq!(people.accounts[0].facts[1].label, "Handle");
        assert_eq!(people.accounts[1].facts.len(), 1, "an empty field is no fact");
        assert_eq!(people.known[0].answers, ["Yes"]);
        assert_eq!(people.person[0].answers, ["Robin Example"]);
        assert_eq!(people.basis[0].answers, ["They said so", "The phone number is theirs"]);
        assert!(people.person.iter().all(|fact| !people.basis.contains(fact)));
        assert_eq!(people.child[0].label, "Is there a real child?", "the page's question stands in");
    }

    #[test]
    fn blank_answers_are_left_out() {
        let mut answers = fixtures::answers();
        let page = &mut answers.pages[0];
        page.fields[0].shown = vec!["  ".to_owned()];
        assert!(fact(page, &page.fields[0]).answers.is_empty());
    }
}
