//! The made-up desks and the made-up people at them.

use protocol::Role;
use protocol::public::DeskKind;

/// The passphrase of every member of a demo.
pub(super) const PASSPHRASE: &str = "football homework weather";

/// A desk of the demo.
pub(super) struct DemoDesk {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: DeskKind,
    /// What the sign-in names begin with.
    pub(super) prefix: &'static str,
    /// One person for each role, in the order of [`Role::ALL`].
    people: [&'static str; Role::ALL.len()],
}

/// A police desk and a charity's.
pub(super) const DESKS: [DemoDesk; 2] = [
    DemoDesk {
        slug: "northshire-police",
        name: "Northshire Police online safety desk",
        kind: DeskKind::Police,
        prefix: "police",
        people: [
            "Asha Brook",
            "Ben Carter",
            "Carys Dale",
            "Dev Ellis",
            "Efa Fielding",
            "Farid Grove",
            "Greta Hill",
        ],
    },
    DemoDesk {
        slug: "harbour-trust",
        name: "Harbour Trust helpdesk",
        kind: DeskKind::Charity,
        prefix: "charity",
        people: [
            "Hana Ivers",
            "Idris Jarvis",
            "Jo Kettle",
            "Kofi Lane",
            "Lena Marsh",
            "Mair Nash",
            "Noor Orchard",
        ],
    },
];

impl DemoDesk {
    /// Sign-in name, name and role of everybody at the desk.
    pub(super) fn staff(&self) -> impl Iterator<Item = (String, &'static str, Role)> {
        let names = self.people.into_iter();
        names.zip(Role::ALL).map(|(name, role)| (self.login(role), name, role))
    }

    /// The sign-in name of whoever has this role.
    pub(super) fn login(&self, role: Role) -> String {
        format!("{}-{role}", self.prefix)
    }
}
