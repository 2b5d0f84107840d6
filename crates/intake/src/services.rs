//! Who else to turn to: emergency numbers and helplines, as data with the day they were checked.

use serde::{Deserialize, Serialize};

/// Emergency numbers, helplines, and where the exit button leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// The day on which somebody last made sure of them, as `YYYY-MM-DD`.
    pub checked: String,
    /// Where the exit button leads.
    pub exit: String,
    /// Which of them stand on every page, by id.
    pub help: Vec<String>,
    /// All of them.
    #[serde(rename = "services")]
    pub all: Vec<Service>,
}

/// One number or address to turn to. Its name is the text `service_` and the id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its id.
    pub id: String,
    /// Its telephone number as people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Its web address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Services {
    /// The service with this id.
    pub fn get(&self, id: &str) -> Option<&Service> {
        self.all.iter().find(|service| service.id == id)
    }

    /// The services that stand on every page.
    pub fn helping(&self) -> impl Iterator<Item = &Service> {
        self.help.iter().filter_map(|id| self.get(id))
    }
}

impl Service {
    /// The address to follow: a `tel:` link or a web address.
    pub fn href(&self) -> Option<String> {
        let phone = self.phone.as_ref().map(|phone| {
            let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            format!("tel:{digits}")
        });
        phone.or_else(|| self.url.clone())
    }
}
