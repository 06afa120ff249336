#pragma once

#include <string>
#include <vector>

#include <proviso/crypto/secret.h>
#include <proviso/keys/key_store.h>
#include <proviso/recognise/gallery.h>

#include "template_index.h"

namespace proviso::recognise {

/// What of a person rests only encrypted.
struct PersonSecret {
    std::string label;
    std::string reason;
    std::size_t dimensions = 0;
    std::vector<Query> templates;
};

/// The key of one person in one gallery: it takes both theirs and the gallery's, so that
/// destroying either forgets them (REC-F1).
crypto::SecretBytes key_of(const keys::NamedKey& gallery, const keys::NamedKey& person);

/// Bound to gallery, person and key id: a row moved elsewhere does not open.
Bytes seal_person(
    ByteView key,
    const GalleryId& gallery,
    const PersonId& person,
    std::string_view key_id,
    const PersonSecret& secret
);

/// Corrupt if a single bit differs, or if there are not `dimensions` numbers a template.
Result<PersonSecret> open_person(
    ByteView key,
    const GalleryId& gallery,
    const PersonId& person,
    std::string_view key_id,
    ByteView sealed,
    std::size_t dimensions
);

}  // namespace proviso::recognise
