//! What client and server say to each other: requests, responses, roles, states, errors. No I/O.
