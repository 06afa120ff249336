#include "question.h"

#include <fmt/format.h>

#include <proviso/registers/vocabulary.h>

#include "capability.h"

namespace proviso::law {

Question question_of(const Capture& act) {
    Question question;
    question.act = Capture::kName;
    question.camera = act.camera;
    question.key = "capture/" + act.camera.text();
    question.stated = {
        {"act", Capture::kName},
        {"analytic",
         {{"kind", "recording"},
          {"timing", "live"},
          {"decision", "none"},
          {"gallery", "none"},
          {"produces", Json::array()}}}};
    question.capture = true;
    question.announce = true;
    return question;
}

Result<Question> question_of(const Analyse& act) {
    const auto* capability = find_capability(Analyse::kName, act.kind);
    if (capability == nullptr) {
        return invalid_input("there is no analysis of this kind", "use a word of analytic.kind");
    }
    Question question;
    question.act = Analyse::kName;
    question.camera = act.camera;
    question.key = fmt::format("analyse/{}/{}", act.kind, act.camera.text());
    question.stated = {{"act", Analyse::kName}, {"analytic", analytic_of(*capability)}};
    question.announce = true;
    question.analytic = act.kind;
    return question;
}

namespace {

/// Comparing with a gallery and putting somebody into it state the same.
Result<Question> about_gallery(
    std::string_view name,
    const CameraId& camera,
    const std::string& kind,
    const std::string& gallery
) {
    const auto* capability = find_capability(Identify::kName, kind);
    if (capability == nullptr) {
        return invalid_input("this kind of analysis identifies nobody");
    }
    if (gallery == "none" || !registers::is_one_of(registers::kGalleries, gallery)) {
        return invalid_input(
            "there is no gallery of this sort", "use consenting, staff, watch_list or open_web"
        );
    }
    Question question;
    question.act = name;
    question.camera = camera;
    question.key = fmt::format("{}/{}/{}/{}", name, kind, gallery, camera.text());
    question.stated = {{"act", name}, {"analytic", analytic_of(*capability)}};
    question.stated["analytic"]["gallery"] = gallery;
    question.analytic = kind;
    return question;
}

}  // namespace

Result<Question> question_of(const Identify& act) {
    auto question = PROVISO_TRY(about_gallery(Identify::kName, act.camera, act.kind, act.gallery));
    question.announce = true;
    return question;
}

Result<Question> question_of(const Enrol& act) {
    if (act.subject.empty()) return invalid_input("an enrolment concerns a subject");
    auto question = PROVISO_TRY(about_gallery(Enrol::kName, act.camera, act.kind, act.gallery));
    question.key += "/" + act.subject;
    question.subject = act.subject;
    return question;
}

Json with_sound() {
    return {
        {"act", Capture::kName},
        {"analytic",
         {{"kind", "audio_recording"},
          {"timing", "live"},
          {"decision", "none"},
          {"gallery", "none"},
          {"produces", {"speech"}}}},
        {"camera", {{"audio", true}}}};
}

Question question_of(const View& act, const std::string& viewer_country) {
    Question question;
    question.act = View::kName;
    question.camera = act.camera;
    question.key = fmt::format("view/{}/{}", act.live ? "live" : "archive", act.camera.text());
    question.stated = {
        {"act", View::kName},
        {"analytic",
         {{"kind", act.live ? "live_view" : "recording"},
          {"timing", act.live ? "live" : "post"},
          {"decision", "none"},
          {"gallery", "none"},
          {"produces", Json::array()}}}};
    if (!viewer_country.empty()) question.places.push_back({"viewer", viewer_country});
    if (act.clear) {
        question.clear = act.viewer;
        question.key += "/clear";
    }
    return question;
}

Question question_of(const Export& act, const std::string& viewer_country) {
    Question question;
    question.act = Export::kName;
    question.camera = act.camera;
    question.key =
        fmt::format("export/{}/{}/{}", act.purpose_code, act.recipient_country, act.camera.text());
    question.stated = {
        {"act", Export::kName},
        {"analytic",
         {{"kind", "recording"},
          {"timing", "post"},
          {"decision", "none"},
          {"gallery", "none"},
          {"produces", Json::array()}}}};
    if (!act.purpose_code.empty()) question.stated["purpose"] = {{"code", act.purpose_code}};
    if (!viewer_country.empty()) question.places.push_back({"viewer", viewer_country});
    if (!act.recipient_country.empty()) {
        question.places.push_back({"recipient", act.recipient_country});
    }
    if (act.clear) {
        question.clear = act.requester;
        question.exports = true;
        question.key += "/clear";
    }
    return question;
}

}  // namespace proviso::law
