//! What is told of files that are brought in: why one is not taken, why a row or a column is left out, what was noticed.
//! The phrases stand in `reports/words/files.*.toml`.

use super::{Part, Told};

kinds! {
    // Why a file is not taken.
    file_unknown(why);
    file_unmapped(columns);
    file_unmapped_sheets(sheets);
    file_ruined(line, what);
    file_ruined_whole(what);
    file_useless(what, mend);
    unreadable(why);
    folders_deep();
    files_many(most);
    file_large();
    file_huge(name);
    archive_broken(why);
    archive_many(name, files);
    archive_large(name);

    // What it is instead.
    file_empty();
    file_json();
    file_web_page();
    neither_text_nor_workbook();
    not_csv(why);
    text_begins(text);
    sheets_unknown(sheets);
    header_absent();
    values_header();
    plan_not_figures(format);
    mend_import_plan();
    plan_shown();
    plan_unknown();
    plan_board(why);
    calendar_cut();
    peers_shape(why);
    peers_format(found, expected);
    peers_metric(metric);
    peers_value(metric);
    analytics_unknown(columns);
    analytics_undated(column);
    mend_analytics_date();

    // What happened to it on the way.
    text_not_whole(encoding);
    text_wide();
    text_encoding(encoding);
    layer_taken_off();
    layer_partly();
    quote_within();
    quote_open();
    line_break_missing();
    workbook_broken(why);
    workbook_unreadable();
    workbook_claims();
    container_header();
    container_cut();
    sheet_large(sheet, rows, columns);
    sheet_wide();
    sheet_unused(sheet);
    xml_broken(why);
    xml_cut();
    ids_cut();
    post_id_cut(text);
    cell_error(text);
    cell_cut(text);
    cell_date(text);
    date_resaved(text);
    date_ahead(text);

    // Why a row is not taken.
    in_column(column, what);
    no_number(text);
    no_date(text);
    no_stretch(text);
    ahead(text);
    row_cells(found, wanted);
    row_cells_over(found, wanted, lines);
    row_sums();
    row_no_id();
    row_no_id_said(text);
    row_no_date();
    row_no_publication();
    row_published_ahead(text);
    row_no_dimension();
    row_no_title();
    row_no_measure();
    row_no_value();
    row_twice();
    row_twice_differs();
    measure_twice();
    day_twice(day);
    rows_broken_down(key);
    rows_broken_down_by(key, columns);
    mend_broken_down();
    demographics_off();
    demographics_rows_off(count);
    chart_unknown(chart);
    chart_untitled();
    table_left_out(count, why);
    table_unknown();
    table_undated(column);
    card_template(card);
    card_due(card, text);
    event_repeats(event);
    event_no_start(event);
    event_no_time(text);

    // Why a row of a long table is not taken, or the table.
    long_header(expected, found);
    long_csv(why);
    long_organisation(found, own);
    long_platform(text);
    long_state(text);
    long_window(text);
    long_day(text);
    long_seen(text);
    long_end(end, start);
    long_empty();
    long_value_missing(state);
    long_value_there(text, state);
    long_number(text);

    // Why a column is left out.
    columns_alike(label, count);
    column_unknown();
    column_person();
    column_earlier();
    column_demographics();
    column_money();
    column_returning();
    column_old();
    column_told(text);

    // What else is worth knowing.
    table_empty();
    columns_differ(metric, rows);
    zeros_filled(count, metric);
    days_missing(count, first, last);
    times_missing(count, posts);
    zeros_last(count);

    // Which channel it is about.
    need_platform();
    need_period();
    channel_not_yours();
    channel_other(channel, platform, channels);
    channel_none(platform);
    channel_of_account(account, channels);
    channel_unclear(channels);
}
