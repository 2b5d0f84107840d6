//! Who may do what: the one table of the staff half.
//!
//! The [guard](super::guard) answers a request only if its method and path stand here, and only to whom
//! they stand for. A handler that is mounted but not listed is unreachable.

use http::Method;
use protocol::Role;

/// One thing that can be asked.
#[derive(Debug)]
pub struct Route {
    /// Its method. `HEAD` is treated as `GET`.
    pub method: Method,
    /// Its path, with `{…}` for what varies. `{slug}` is always a desk, and always the caller's own.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
}

/// Who may ask something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody, for a proof of work where it writes. What is asked proves itself in another way, or is
    /// public.
    Anyone,
    /// A member whose passphrase was right, whether or not a passkey is still owed.
    Known,
    /// Members with one of these roles who are fully signed in.
    Roles(&'static [Role]),
}

impl Who {
    /// Whether a fully signed-in member with this role may ask.
    pub fn admits(self, role: Role) -> bool {
        match self {
            Self::Anyone | Self::Known => true,
            Self::Roles(roles) => roles.contains(&role),
        }
    }
}

const EVERYONE: &[Role] = &Role::ALL;
/// Whoever has to tell one colleague from another.
const COLLEAGUES: &[Role] = &[
    Role::Intake,
    Role::Investigator,
    Role::Supervisor,
    Role::Disclosure,
    Role::Auditor,
    Role::Administrator,
];
/// Whoever holds the desk's key.
const READERS: &[Role] = &[Role::Intake, Role::Investigator, Role::Supervisor, Role::Disclosure];
/// Whoever works on reports.
const WORKERS: &[Role] = &[Role::Intake, Role::Investigator, Role::Supervisor];
/// Whoever reads the ledger of their desk, and nothing else of it.
const AUDITORS: &[Role] = &[Role::Auditor];
/// Whoever runs the desk.
const SUPERVISORS: &[Role] = &[Role::Supervisor];
/// Whoever keeps members.
const KEEPERS: &[Role] = &[Role::Supervisor, Role::Administrator];

const fn get(path: &'static str, who: Who) -> Route {
    Route { method: Method::GET, path, who }
}

const fn post(path: &'static str, who: Who) -> Route {
    Route { method: Method::POST, path, who }
}

const fn put(path: &'static str, who: Who) -> Route {
    Route { method: Method::PUT, path, who }
}

const fn delete(path: &'static str, who: Who) -> Route {
    Route { method: Method::DELETE, path, who }
}

/// Every route of the staff half.
pub static ROUTES: &[Route] = &[
    post("/api/v1/session/start", Who::Anyone),
    post("/api/v1/session/finish", Who::Anyone),
    post("/api/v1/session/passkey/start", Who::Known),
    post("/api/v1/session/passkey/finish", Who::Known),
    get("/api/v1/session", Who::Known),
    delete("/api/v1/session", Who::Known),
    post("/api/v1/session/alive", Who::Roles(EVERYONE)),
    post("/api/v1/invites/start", Who::Anyone),
    post("/api/v1/invites/finish", Who::Anyone),
    post("/api/v1/desks/{slug}/invites", Who::Roles(KEEPERS)),
    get("/api/v1/desks/{slug}/members", Who::Roles(COLLEAGUES)),
    post("/api/v1/members/{id}/revocation", Who::Roles(KEEPERS)),
    post("/api/v1/members/{id}/role", Who::Roles(KEEPERS)),
    get("/api/v1/desks/{slug}/queue", Who::Roles(READERS)),
    get("/api/v1/reports/{id}", Who::Roles(READERS)),
    get("/api/v1/reports/{id}/items/{item}", Who::Roles(READERS)),
    post("/api/v1/reports/{id}/items", Who::Roles(WORKERS)),
    post("/api/v1/reports/{id}/assignment", Who::Roles(WORKERS)),
    post("/api/v1/reports/{id}/state", Who::Roles(WORKERS)),
    // Who may get what is decided with each item and each release, where a try that is refused is put on record.
    post("/api/v1/reports/{id}/items/{item}/quarantine", Who::Roles(READERS)),
    post("/api/v1/reports/{id}/items/{item}/lock", Who::Roles(READERS)),
    post("/api/v1/reports/{id}/releases", Who::Roles(WORKERS)),
    get("/api/v1/reports/{id}/releases", Who::Roles(READERS)),
    post("/api/v1/reports/{id}/releases/{release}/approval", Who::Roles(READERS)),
    post("/api/v1/reports/{id}/releases/{release}/refusal", Who::Roles(READERS)),
    get("/api/v1/desks/{slug}/releases", Who::Roles(READERS)),
    get("/api/v1/desks/{slug}/hash-lists", Who::Roles(WORKERS)),
    get("/api/v1/desks/{slug}/hash-lists/{list}", Who::Roles(WORKERS)),
    put("/api/v1/desks/{slug}/hash-lists/{list}", Who::Roles(SUPERVISORS)),
    delete("/api/v1/desks/{slug}/hash-lists/{list}", Who::Roles(SUPERVISORS)),
    get("/api/v1/reports/{id}/history", Who::Roles(READERS)),
    get("/api/v1/desks/{slug}/ledger", Who::Roles(AUDITORS)),
    get("/api/v1/desks/{slug}/ledger.csv", Who::Roles(AUDITORS)),
    get("/api/v1/desks/{slug}/ledger/counts", Who::Roles(AUDITORS)),
];

/// The row for a method and a path as it was mounted.
pub fn find(method: &Method, path: &str) -> Option<&'static Route> {
    let asked = if method == Method::HEAD { &Method::GET } else { method };
    ROUTES.iter().find(|route| route.method == *asked && route.path == path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_is_mounted_is_what_is_listed() {
        let all = super::super::routes().merge(super::super::lasting_routes());
        let document = serde_json::to_value(all.into_openapi()).unwrap();
        let mounted: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap().keys();
                methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
            })
            .collect();
        let listed: BTreeSet<_> =
            ROUTES.iter().map(|route| (route.method.to_string(), route.path.to_owned())).collect();
        assert_eq!(mounted, listed);
        assert_eq!(listed.len(), ROUTES.len(), "a route is listed twice");
    }

    #[test]
    fn whoever_may_not_read_content_reaches_no_report() {
        let content = |route: &&Route| route.path.contains("/reports") || route.path.ends_with("/queue");
        for route in ROUTES.iter().filter(content) {
            for role in Role::ALL.into_iter().filter(|role| !role.reads_content()) {
                assert!(!route.who.admits(role), "{role} reaches {}", route.path);
            }
            assert!(matches!(route.who, Who::Roles(_)));
        }
    }

    #[test]
    fn the_ledger_is_for_auditors_and_auditors_are_for_the_ledger() {
        let ledger = |route: &&Route| route.path.contains("/ledger");
        for route in ROUTES.iter().filter(ledger) {
            assert_eq!(route.who, Who::Roles(&[Role::Auditor]), "{}", route.path);
        }
        let others = ROUTES.iter().filter(|route| !ledger(route) && matches!(route.who, Who::Roles(_)));
        let reached: Vec<_> =
            others.filter(|route| route.who.admits(Role::Auditor)).map(|route| route.path).collect();
        assert_eq!(reached, ["/api/v1/session/alive", "/api/v1/desks/{slug}/members"]);
    }
}
