//! Sending what was drawn: by mail, into folders and archives, to chat channels. Each way returns what the other side
//! answered; the ledger of deliveries is kept by `state`.

pub mod archive;
pub mod card;
pub mod email;
pub mod folder;
pub mod web;
