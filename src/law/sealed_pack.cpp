#include "proviso/law/sealed_pack.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/crypto/encode.h>
#include <proviso/crypto/hash.h>
#include <proviso/proof/checkpoint.h>

namespace proviso::law {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFormat = "proviso-pack/1";
constexpr std::uint64_t kMostFileBytes = 1U << 20U;
constexpr DocumentLimits kLimits{8U << 20U, 4, 4096};

Json content_of(const SealedPack& pack) {
    Json files = Json::object();
    for (const auto* list : {&pack.rules, &pack.cases}) {
        for (const auto& file : *list) files[file.name] = file.content;
    }
    return {{"files", files}, {"id", pack.id}, {"version", pack.version}};
}

std::string digest_of_content(const SealedPack& pack) {
    return to_hex(crypto::sha256(as_bytes(canonical_json(content_of(pack)))));
}

std::string signed_text(std::string_view digest) {
    return fmt::format("{}\n{}\n", kFormat, digest);
}

Result<std::array<int, 3>> numbers_of(std::string_view version) {
    std::array<int, 3> numbers{};
    const char* at = version.data();
    const char* end = at + version.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        auto [next, problem] = std::from_chars(at, end, numbers.at(i));
        bool last = i + 1 == numbers.size();
        if (problem != std::errc() || numbers.at(i) < 0 || (last ? next != end : next == end) ||
            (!last && *next != '.')) {
            return invalid_input("a pack's version is three numbers", "write it as 1.2.0");
        }
        at = next + 1;
    }
    return numbers;
}

bool is_part(const fs::path& path) {
    return path.extension() == ".yaml" || path.extension() == ".csv";
}

/// Puts a file where it belongs; false if a pack has no such file.
bool place(SealedPack& pack, std::string name, std::string content) {
    auto inside = std::string_view(name).substr(std::min(name.size(), pack.id.size() + 1));
    if (name.size() > 200 || !name.starts_with(pack.id + "/") ||
        name.find("..") != std::string::npos) {
        return false;
    }
    if (inside == "pack.yaml" || inside == "params.csv" ||
        (inside.starts_with("rules/") && inside.ends_with(".yaml"))) {
        pack.rules.push_back({std::move(name), std::move(content)});
    } else if (inside.starts_with("cases/") && inside.ends_with(".yaml")) {
        pack.cases.push_back({std::move(name), std::move(content)});
    } else {
        return false;
    }
    return true;
}

/// The version that pack.yaml states.
Result<> read_head(SealedPack& pack) {
    for (const auto& file : pack.rules) {
        if (file.name != pack.id + "/pack.yaml") continue;
        auto head = PROVISO_TRY(parse_yaml_document(file.content).while_doing(file.name));
        auto text = [&](const char* key) {
            return head.is_object() && head.contains(key) && head[key].is_string()
                       ? head[key].get<std::string>()
                       : std::string();
        };
        pack.version = text("version");
        if (text("id") != pack.id) {
            return invalid_input(fmt::format("{} does not say 'id: {}'", file.name, pack.id));
        }
        PROVISO_TRY(numbers_of(pack.version).while_doing(file.name));
        return {};
    }
    return invalid_input(pack.id + " has no pack.yaml", "describe the pack in it");
}

Result<> check_signature(const SealedPack& pack, std::span<const std::string> publishers) {
    if (pack.publisher.empty() && pack.signature.empty()) return {};
    if (std::find(publishers.begin(), publishers.end(), pack.publisher) == publishers.end()) {
        return Error(
            ErrorKind::Forbidden,
            fmt::format("nobody here trusts the publisher of the pack '{}'", pack.id),
            "if you do, add its verifier key to law.publishers in proviso.yaml: " + pack.publisher
        );
    }
    auto key = PROVISO_TRY(proof::parse_verifier_key(pack.publisher));
    auto bytes = PROVISO_TRY(crypto::from_base64(pack.signature).while_doing("signature"));
    crypto::Signature signature{};
    if (bytes.size() == signature.size()) {
        std::copy(bytes.begin(), bytes.end(), signature.begin());
        if (crypto::verify(key.key, as_bytes(signed_text(pack.digest)), signature)) return {};
    }
    return Error(
        ErrorKind::Corrupt,
        fmt::format("the signature of the pack '{}' does not verify", pack.id),
        "get the file from its publisher again"
    );
}

}  // namespace

std::string SealedPack::text() const {
    auto json = content_of(*this);
    json["format"] = kFormat;
    json["digest"] = digest;
    json["publisher"] = publisher;
    json["signature"] = signature;
    return canonical_json(json) + "\n";
}

Result<SealedPack> read_pack(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code problem;
    for (fs::recursive_directory_iterator entry(folder, problem), end; !problem && entry != end;
         entry.increment(problem)) {
        if (entry->is_regular_file(problem) && is_part(entry->path())) {
            paths.push_back(entry->path());
        }
    }
    if (problem) return errno_error("read folder " + folder.string(), problem.value());
    std::sort(paths.begin(), paths.end());
    SealedPack pack;
    pack.id = folder.filename().string();
    for (const auto& path : paths) {
        auto name = pack.id + "/" + path.lexically_relative(folder).generic_string();
        auto content = PROVISO_TRY(read_file(path, kMostFileBytes).while_doing("load packs"));
        if (!place(pack, std::move(name), std::move(content))) {
            return invalid_input(
                path.string() + " is not part of a pack",
                "a pack has pack.yaml, params.csv, rules/*.yaml and cases/*.yaml"
            );
        }
    }
    PROVISO_TRY(read_head(pack));
    pack.digest = digest_of_content(pack);
    return pack;
}

Result<std::vector<SealedPack>> read_pack_folder(const fs::path& folder) {
    std::vector<fs::path> folders;
    std::error_code problem;
    for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end;
         entry.increment(problem)) {
        if (entry->is_directory(problem)) folders.push_back(entry->path());
    }
    if (problem) return errno_error("read folder " + folder.string(), problem.value());
    if (folders.empty()) {
        return invalid_input("there are no packs in " + folder.string(), "give the packs' folder");
    }
    std::sort(folders.begin(), folders.end());
    std::vector<SealedPack> packs;
    for (const auto& each : folders) packs.push_back(PROVISO_TRY(read_pack(each)));
    return packs;
}

void sign_pack(SealedPack& pack, std::string_view publisher, const crypto::SigningKey& key) {
    pack.publisher = proof::verifier_key(publisher, key.public_key());
    pack.signature = crypto::to_base64(key.sign(as_bytes(signed_text(pack.digest))));
}

Result<SealedPack> open_pack(std::string_view text, std::span<const std::string> publishers) {
    auto json = PROVISO_TRY(parse_json(text, kLimits).while_doing("read the pack file"));
    ObjectReader read(json, "pack file");
    SealedPack pack;
    auto format = read.text("format");
    pack.id = read.text("id");
    auto version = read.text("version");
    auto digest = read.text("digest");
    pack.publisher = read.text_or("publisher", "");
    pack.signature = read.text_or("signature", "");
    auto files = read.member("files");
    PROVISO_TRY(read.finish());
    if (format != kFormat || !files.is_object() || pack.id.empty()) {
        return invalid_input("this is not a pack file", "make one with 'proviso law pack'");
    }
    for (auto& [name, content] : files.items()) {
        if (!content.is_string() || !place(pack, name, content.get<std::string>())) {
            return invalid_input("the pack file holds something that is not part of a pack");
        }
    }
    PROVISO_TRY(read_head(pack));
    pack.digest = digest_of_content(pack);
    // One form only: what was not read above cannot differ either.
    if (pack.version != version || pack.digest != digest || pack.text() != text) {
        return Error(
            ErrorKind::Corrupt,
            fmt::format("the pack file '{}' was changed after it was made", pack.id),
            "get it from its publisher again"
        );
    }
    PROVISO_TRY(check_signature(pack, publishers));
    return pack;
}

std::string digest_of(const std::vector<SealedPack>& packs) {
    Json all = Json::object();
    for (const auto& pack : packs) all[pack.id] = pack.digest;
    return to_hex(crypto::sha256(as_bytes(canonical_json(all))));
}

Result<bool> is_newer(std::string_view version, std::string_view than) {
    auto one = PROVISO_TRY(numbers_of(version));
    auto other = PROVISO_TRY(numbers_of(than));
    return one > other;
}

}  // namespace proviso::law
