#pragma once

#include "http.h"

/// One function per route of the table; what each may assume (session, role, scope, body parsed,
/// query names known) has been checked before.
namespace proviso::api {

struct Call;

Result<Response> sign_in(Call& call);
Result<Response> get_session(Call& call);
Result<Response> sign_out(Call& call);
Result<Response> change_password(Call& call);

Result<Response> list_users(Call& call);
Result<Response> create_user(Call& call);
Result<Response> update_user(Call& call);
Result<Response> reset_password(Call& call);

Result<Response> get_status(Call& call);
Result<Response> watch_events(Call& call);
Result<Response> get_metrics(Call& call);

Result<Response> list_sites(Call& call);
Result<Response> list_cameras(Call& call);
Result<Response> get_camera(Call& call);
Result<Response> get_timeline(Call& call);
Result<Response> get_days(Call& call);
Result<Response> get_playback(Call& call);
Result<Response> watch_live(Call& call);

Result<Response> list_review(Call& call);
Result<Response> mark_viewed(Call& call);
Result<Response> judge_review(Call& call);
Result<Response> get_review_picture(Call& call);
Result<Response> list_tracks(Call& call);
Result<Response> get_track_picture(Call& call);
Result<Response> get_activity(Call& call);
Result<Response> get_heat(Call& call);
Result<Response> get_analytics(Call& call);
Result<Response> watch_boxes(Call& call);
Result<Response> get_accuracy(Call& call);
Result<Response> resume_rule(Call& call);

Result<Response> list_galleries(Call& call);
Result<Response> put_gallery(Call& call);
Result<Response> approve_gallery(Call& call);
Result<Response> remove_gallery(Call& call);
Result<Response> list_gallery_people(Call& call);
Result<Response> enrol_person(Call& call);
Result<Response> approve_person(Call& call);
Result<Response> review_person(Call& call);
Result<Response> remove_person(Call& call);
Result<Response> get_threshold_figures(Call& call);
Result<Response> list_matches(Call& call);
Result<Response> decide_match(Call& call);

Result<Response> list_lifts(Call& call);
Result<Response> begin_lift(Call& call);
Result<Response> end_lift(Call& call);
Result<Response> review_lift(Call& call);
Result<Response> list_approvals(Call& call);
Result<Response> decide_approval(Call& call);
Result<Response> withdraw_approval(Call& call);

Result<Response> list_exports(Call& call);
Result<Response> start_export(Call& call);
Result<Response> get_export(Call& call);
Result<Response> remove_export(Call& call);
Result<Response> download_export(Call& call);

Result<Response> get_matrix(Call& call);
Result<Response> get_camera_compliance(Call& call);

Result<Response> get_packs(Call& call);
Result<Response> import_pack(Call& call);
Result<Response> approve_packs(Call& call);
Result<Response> withdraw_packs(Call& call);
Result<Response> get_pack_difference(Call& call);
Result<Response> preview_pack(Call& call);
Result<Response> get_horizon(Call& call);
Result<Response> get_horizon_calendar(Call& call);
Result<Response> get_calendar_link(Call& call);
Result<Response> make_calendar_link(Call& call);
Result<Response> revoke_calendar_link(Call& call);
Result<Response> get_calendar(Call& call);
Result<Response> list_questions(Call& call);
Result<Response> change_question(Call& call);
Result<Response> answer_question(Call& call);

Result<Response> get_documents(Call& call);
Result<Response> apply_documents(Call& call);
Result<Response> withdraw_record(Call& call);
Result<Response> remove_document(Call& call);
Result<Response> get_document_history(Call& call);

Result<Response> get_ledger(Call& call);
Result<Response> list_entries(Call& call);
Result<Response> get_entry(Call& call);
Result<Response> prove_entry(Call& call);
Result<Response> read_personal(Call& call);
Result<Response> prove_consistency(Call& call);

}  // namespace proviso::api
