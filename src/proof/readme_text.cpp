#include "container.h"

namespace proviso::proof {

std::string_view readme_text() {
    return R"(A recording, and the proof that it is one
=========================================

clip.mp4 is an ordinary video: any player opens it. The other files prove that
these pictures are what a camera recorder wrote down, when it did, and that
nobody changed them since: not by one bit.

To check it, get the program proviso-verify from a source you trust (it is free
software, and the file format is public) and run it on the file you were given,
not on the unpacked parts:

    proviso-verify the-file.proviso

It says in words what is proven and what is not, and it needs no network. If
anything was changed it says what.

One thing the file cannot prove by itself: whose log it is. Ask the operator
of the cameras, by another way than the one by which you got this file, for the
verifier key of the log, and give it to the program:

    proviso-verify --key 'THE-KEY' the-file.proviso

What the parts are
------------------

clip.mp4       the video
manifest.json  which camera, from when to when, why exported, gaps and causes
evidence.json  the path from every byte of the video to the signed checkpoint
checkpoint     the state of the recorder's append-only log, signed

The video shows people. Whoever holds it is responsible for it: keep it only as
long as the purpose needs it, and give it to nobody who has no right to it.
)";
}

}  // namespace proviso::proof
