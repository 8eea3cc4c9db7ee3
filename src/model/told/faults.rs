//! What stops a whole command or page: something that is not there, a place that cannot be used, a wish that cannot be
//! granted, and how to mend it.

use super::{Part, Told};

kinds! {
    // As the system or a library said it: no words of ours.
    fault_said(text);
    broke_off(why);
    at_place(place, why);
    not_a_report(why);
    io_missing();
    io_denied();
    io_exists();
    io_full();
    io_read_only();
    apart_broke_off(status);
    mend_see_log();

    // What there is not.
    no_report_of(id);
    no_figure_of(report, id);
    no_post_of(channel, post);
    no_channel_of(id);
    no_unit_of(id);
    no_campaign_of(id);
    no_delivery_of(id);
    no_account_of(id);
    no_draft_of(id);
    no_report_configured(id);
    no_report_configured_now(id);
    no_mail_configured();
    no_login_configured();
    no_owner_configured(report);
    no_delivery_address(key);
    no_public_address();
    file_not_there(file);
    mend_report_id();
    mend_list_figures();
    mend_channels();
    mend_there_are(names);
    mend_campaigns_none();
    mend_list_deliveries();
    mend_drafts(names);
    mend_drafts_none();
    mend_report_back();
    mend_mail_server();
    mend_mail_way();
    mend_login_password();
    mend_owner();
    mend_delivery_address(form);

    // What cannot be.
    schedule_wrong(name, why);
    mend_schedule();
    backup_of_other(theirs, ours);
    mend_backup_configuration();
    something_at(place);
    mend_move_away();
    unit_report_without_unit();
    section_stays(section);
    uploads_large(file, all);
    uploads_many(most);
    mend_fewer_files();
    mend_fewer_controls();
    format_without_file();
    mend_name_file();
    sheet_too_long(most, count);
    mend_export_less();
    draft_decided(report, state);
    mend_send_anyway();
    delivery_not_uncertain(id, status);
    not_an_address(text);
    mend_address_mail();
    mend_address_account();
    report_still_draft(id);
    mend_approve_draft();
    address_not_allowed(address);
    mend_allow_address();
    mend_peers_file();
    mend_mapping_file();
    period_unreadable(text);
    ambiguous(prefix, ids);

    // Secrets that a step cannot do without.
    secret_missing(what, why);
    secret_state();
    secret_key();
    secret_heartbeat();
    secret_linkedin();
    secret_meta();
    secret_address(key);
    secret_mail_token();
    secret_mail();
    secret_login();
    login_unusable(issuer, why);

    // The state.
    state_url(url);
    state_file(path, why);
    state_unreachable(place, why);
    state_busy(place, why);
    state_disk(place, why);
    state_damaged(place, why);
    state_newer(place, found, known);
    state_foreign(place, version);
    state_no_key(name, form);
    state_wrong_key(name);
    state_nothing_of(id);
    state_unreadable(place, column, why);
    state_backup(path, why);
    state_refused(place, why);
    account_twice(email);
    account_last();
    delivery_goes_yet(id, status);

    // The store and the archive.
    store_folder(path, why);
    store_foreign(path, what);
    store_racing();
    store_fault(why);
    archive_unreadable(path, why);
    archive_unfinished(path, why);
    archive_changed(path);
}

/// What the system says of a file or folder.
pub fn io(error: &std::io::Error) -> Told {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => io_missing(),
        ErrorKind::PermissionDenied => io_denied(),
        ErrorKind::AlreadyExists => io_exists(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => io_full(),
        ErrorKind::ReadOnlyFilesystem => io_read_only(),
        _ => fault_said(error.to_string()),
    }
}
