//! Every write of the API that no session is needed for, and what it costs instead.
//!
//! A test holds this table against the served document, so that a write that is added must be added here,
//! and another asks each of them without paying.

use http::Method;

/// What a write costs somebody who is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toll {
    /// A proof of work.
    Work,
    /// A proof of work, or the signature of a reporter whose report lies at this desk.
    WorkOrSignature,
    /// The signature of a reporter, made with the key that the seven words yield.
    Signature,
    /// The id of an upload: 32 random bytes that were given out for a proof of work or a signature.
    UploadId,
}

/// A write that no session is needed for.
#[derive(Debug)]
pub struct Write {
    /// Its method.
    pub method: Method,
    /// Its path, with `{…}` for what varies.
    pub path: &'static str,
    /// What it costs.
    pub toll: Toll,
}

const fn write(method: Method, path: &'static str, toll: Toll) -> Write {
    Write { method, path, toll }
}

/// All of them.
pub static WRITES: &[Write] = &[
    write(Method::POST, "/api/v1/desks/{slug}/reports", Toll::Work),
    write(Method::POST, "/api/v1/desks/{slug}/uploads", Toll::WorkOrSignature),
    write(Method::PATCH, "/api/v1/uploads/{upload}", Toll::UploadId),
    write(Method::DELETE, "/api/v1/uploads/{upload}", Toll::UploadId),
    write(Method::POST, "/api/v1/receipt/items", Toll::Signature),
    write(Method::POST, "/api/v1/session/start", Toll::Work),
    write(Method::POST, "/api/v1/session/finish", Toll::Work),
    write(Method::POST, "/api/v1/invites/start", Toll::Work),
    write(Method::POST, "/api/v1/invites/finish", Toll::Work),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::staff::table::{ROUTES, Who};

    /// Methods that a document can name and that change nothing.
    const SAFE: [&str; 4] = ["get", "head", "options", "trace"];

    #[test]
    fn whatever_the_document_has_is_here_or_needs_a_session() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let mut documented = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            let methods = item.as_object().unwrap().keys().filter(|method| !SAFE.contains(&method.as_str()));
            documented.extend(methods.map(|method| (method.to_uppercase(), path.clone())));
        }
        let with_a_session = ROUTES.iter().filter(|route| route.who != Who::Anyone);
        let with_a_session = with_a_session.filter(|route| !route.method.is_safe());
        let with_a_session: BTreeSet<_> =
            with_a_session.map(|route| (route.method.to_string(), route.path.to_owned())).collect();
        let here: BTreeSet<_> =
            WRITES.iter().map(|write| (write.method.to_string(), write.path.to_owned())).collect();
        assert_eq!(here.len(), WRITES.len(), "a write is listed twice");
        let open: BTreeSet<_> = documented.difference(&with_a_session).cloned().collect();
        assert_eq!(open, here);
    }

    #[test]
    fn what_the_staff_half_lets_anyone_write_costs_work() {
        let anyone = ROUTES.iter().filter(|route| route.who == Who::Anyone && !route.method.is_safe());
        let mut count = 0;
        for route in anyone {
            let write = WRITES.iter().find(|write| write.method == route.method && write.path == route.path);
            assert_eq!(write.map(|write| write.toll), Some(Toll::Work), "{}", route.path);
            count += 1;
        }
        assert_eq!(count, 4);
    }
}
