//! Sending what was drawn: by mail, and into folders. Each way returns what the other side answered; the ledger of
//! deliveries is kept by `state`.

pub mod email;
pub mod folder;
