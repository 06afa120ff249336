#include "rtsp_auth.h"

#include <algorithm>

#include "../target.h"

PROVISO_FUZZ_TARGET(rtsp_auth) {
    using namespace proviso;
    ingest::RtspMessage refusal;
    refusal.status = 401;
    ByteView rest = bytes;
    ByteView piece;
    while (refusal.headers.size() < 4 && fuzz::next_piece(rest, piece)) {
        refusal.headers.emplace_back("WWW-Authenticate", as_text(piece));
    }
    ingest::Authenticator who("user", ingest::SecretText("hunter2"), [] { return 7ULL; });
    if (!who.accept(refusal)) return;
    auto line = who.authorize("PLAY", "rtsp://h/x");
    fuzz::expect(std::ranges::count(line, '\n') == 1, "a challenge made a header of its own");
    bool echoed = as_text(bytes).find("hunter2") != std::string_view::npos;
    fuzz::expect(
        echoed || line.find("hunter2") == std::string::npos, "the password is in the clear"
    );
}
