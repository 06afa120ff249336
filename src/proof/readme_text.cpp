#include "container.h"

namespace proviso::proof {

namespace {

constexpr std::string_view kMasked = R"(A recording in which people were hidden
=======================================

clip.mp4 is an ordinary video: any player opens it. It was made from a camera's
recordings by hiding people in it, so it is not what the camera sent, picture
for picture. The other files prove from which sealed recordings it was made,
when and why, by which rules people were hidden, and that nobody changed it
since: not by one bit.

To check it, get the program proviso-verify from a source you trust (it is free
software, and the file format is public) and run it on the file you were given,
not on the unpacked parts:

    proviso-verify the-file.proviso

It says in words what is proven and what is not, and it needs no network. If
anything was changed it says what.

Two things the file cannot prove by itself. Whose log it is: ask the operator
of the cameras, by another way than the one by which you got this file, for the
verifier key of the log, and give it to the program:

    proviso-verify --key 'THE-KEY' the-file.proviso

And that the pictures show what was recorded: for that somebody who may see the
recordings named in manifest.json has to compare.

What the parts are
------------------

clip.mp4       the video
manifest.json  which camera, from when to when, why exported, how people were
               hidden, gaps and causes
evidence.json  the path from the video's digest to the signed checkpoint
checkpoint     the state of the recorder's append-only log, signed

Whoever holds the video is responsible for it: somebody may still be known by
their walk or by the place. Keep it only as long as the purpose needs it.
)";

constexpr std::string_view kRecorded = R"(A recording, and the proof that it is one
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

}  // namespace

std::string_view readme_text(bool masked) { return masked ? kMasked : kRecorded; }

}  // namespace proviso::proof
