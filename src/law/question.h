#pragma once

#include <optional>
#include <string>
#include <vector>

#include <proviso/law/act.h>
#include <proviso/law/facts.h>

namespace proviso::law {

/// An act as the gate weighs it: what it states over the facts of its camera.
struct Question {
    std::string act;
    CameraId camera;
    std::string key;  ///< questions with one key ask the same
    Json stated;
    std::vector<PlaceFact> places;
    bool capture = false;       ///< sound is asked for apart
    bool announce = false;      ///< its revocation is told to the listeners: something runs by it
    std::string analytic = {};  ///< of analyse, identify and enrol: analytic.kind
    std::string subject = {};   ///< whom alone it concerns
    std::optional<UserId> clear = {};  ///< who wants to see people without masks
    bool exports = false;              ///< and to take that out
};

Question question_of(const Capture& act);
Result<Question> question_of(const Analyse& act);
Result<Question> question_of(const Identify& act);
Result<Question> question_of(const Enrol& act);
Question question_of(const View& act, const std::string& viewer_country);
Question question_of(const Export& act, const std::string& viewer_country);

/// What a recording with sound states beyond one without.
Json with_sound();

}  // namespace proviso::law
