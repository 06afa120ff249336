#include <cmath>
#include <iostream>
#include <set>

#include <fmt/format.h>

#include <proviso/base/file.h>
#include <proviso/recognise/evaluation.h>
#include <proviso/vision/face_reader.h>
#include <proviso/vision/picture.h>

#include "commands.h"
#include "face_set.h"
#include "model_shelf.h"
#include "recognition.h"

namespace proviso::app {

namespace fs = std::filesystem;

namespace {

using recognise::AccuracyTable;
using recognise::LabelledFace;
using recognise::OperatingPoint;
using recognise::Rate;

struct Measured {
    std::vector<LabelledFace> faces;
    std::size_t people = 0;
    std::vector<std::string> failed;
};

std::vector<double> thresholds() {
    std::vector<double> all;
    for (int hundredth = 20; hundredth <= 80; ++hundredth) all.push_back(hundredth / 100.0);
    return all;
}

/// The largest face of a picture, as an enrolment would take it.
Result<std::vector<float>> embed(vision::FaceReader& reader, const fs::path& path) {
    auto bytes = PROVISO_TRY(read_file(path, 32U << 20U));
    auto picture = PROVISO_TRY(vision::decode_jpeg(as_bytes(bytes)));
    auto faces = PROVISO_TRY(reader.detect(picture));
    if (faces.empty()) return Error(ErrorKind::NotFound, "no face was found");
    return reader.embed(picture, faces.front());
}

Result<Measured> measure(vision::FaceReader& reader, const std::vector<SetPicture>& pictures) {
    Measured measured;
    std::set<std::string> people;
    for (const auto& picture : pictures) {
        auto embedding = embed(reader, picture.path);
        if (!embedding) {
            // A picture that cannot be read at all is a mistake of the set, not of the model.
            if (embedding.error().kind() != ErrorKind::NotFound || !fs::exists(picture.path)) {
                return std::move(embedding).error().while_doing(picture.path.string());
            }
            measured.failed.push_back(picture.path.filename().string());
            continue;
        }
        people.insert(picture.person);
        measured.faces.push_back({picture.person, picture.group, *std::move(embedding)});
    }
    measured.people = people.size();
    return measured;
}

std::string words(const Rate& rate) {
    auto interval = rate.interval();
    return fmt::format(
        "{:>7.3f} % [{:.3f}, {:.3f}] ({} of {})",
        rate.value() * 100,
        interval.low * 100,
        interval.high * 100,
        rate.errors,
        rate.trials
    );
}

void print_groups(const OperatingPoint& point) {
    std::cout << fmt::format(
        "\nBy group at {:.2f}, pairs within the group:\n{:<32} {:<46} {}\n",
        point.threshold,
        "GROUP",
        "FMR",
        "FNMR"
    );
    for (const auto& [name, group] : point.groups) {
        std::cout << fmt::format("{:<32} {:<46} {}\n", name, words(group.fmr), words(group.fnmr));
    }
    auto disparity = recognise::worst_over_geometric_mean(recognise::false_matches_by_group(point));
    if (disparity) {
        std::cout << fmt::format(
            "Worst group over the geometric mean: {:.2f} ({}); left out for fewer than {} pairs "
            "and {} errors: "
            "{}\n",
            disparity->ratio,
            disparity->worst,
            recognise::kLeastTrials,
            recognise::kTellingErrors,
            disparity->left_out.empty() ? "none"
                                        : fmt::format("{}", fmt::join(disparity->left_out, ", "))
        );
    } else {
        std::cout << "Worst group over the geometric mean: too few errors or groups to say\n";
    }
}

void print(const AccuracyTable& table, const recognise::EqualErrorRate& equal, double threshold) {
    std::cout << fmt::format(
        "{} on {}: {} people, {} pictures, {} without a usable face\n",
        table.model,
        table.set,
        table.people,
        table.pictures,
        table.failed
    );
    std::cout << fmt::format(
        "Equal error rate {:.2f} % at {:.3f}\n\n{:<10} {:<46} {}\n",
        equal.rate * 100,
        equal.threshold,
        "THRESHOLD",
        "FMR [95 %]",
        "FNMR [95 %]"
    );
    for (const auto& point : table.points) {
        auto hundredth = std::lround(point.threshold * 100);
        if (hundredth % 5 != 0 && std::abs(point.threshold - threshold) > 0.001) continue;
        std::cout << fmt::format(
            "{:<10.2f} {:<46} {}\n", point.threshold, words(point.fmr), words(point.fnmr)
        );
    }
    print_groups(*table.at(threshold));
    std::cout << "\nPairs share pictures, so the intervals are narrower than independent pairs "
                 "would give, and the set is not your cameras: test in the field too.\n";
}

std::string slug_of(std::string text) {
    std::replace(text.begin(), text.end(), '.', '-');
    return text;
}

/// What the gate asks for: that the accuracy, and its spread over groups, was tested.
std::string records_of(const AccuracyTable& table, const EvaluateArguments& arguments, Day today) {
    const auto& point = *table.at(arguments.threshold);
    auto summary = fmt::format(
        "{} on {} ({} people, {} pictures, {} without a usable face), threshold {:.2f}: FMR {}, "
        "FNMR {}.",
        table.model,
        table.set,
        table.people,
        table.pictures,
        table.failed,
        point.threshold,
        words(point.fmr),
        words(point.fnmr)
    );
    std::string groups;
    for (const auto& [name, group] : point.groups) {
        if (group.fmr.trials == 0) continue;
        groups += fmt::format("\n{}: FMR {}", name, words(group.fmr));
    }
    auto disparity = recognise::worst_over_geometric_mean(recognise::false_matches_by_group(point));
    groups += disparity
                  ? fmt::format(
                        "\nWorst group over geometric mean: {:.2f} ({}). Too small to say: {}.",
                        disparity->ratio,
                        disparity->worst,
                        fmt::join(disparity->left_out, ", ")
                    )
                  : "\nToo few errors or groups for a ratio.";
    std::string yaml;
    for (const auto& [kind, text] :
         {std::pair("accuracy_evaluation", summary),
          std::pair("bias_evaluation", summary + groups)}) {
        Json record = {
            {"name", slug_of(fmt::format("{}-{}", table.model, kind))},
            {"record", kind},
            {"valid_from", to_iso8601(today)},
            {"valid_until", to_iso8601(today + std::chrono::days(365))},
            {"age_days", 0},
            {"text", text.substr(0, 3900)}};
        if (!arguments.site.empty()) record["site"] = arguments.site;
        yaml += "---\nkind: record\n" + to_yaml(record);
    }
    return yaml;
}

Result<> check(const EvaluateArguments& arguments) {
    if (!(arguments.threshold >= 0.2 && arguments.threshold <= 0.8)) {
        return invalid_input("the threshold lies between 0.2 and 0.8");
    }
    return {};
}

}  // namespace

Result<int> models_evaluate(
    const Config& config, const Remote& remote, const EvaluateArguments& arguments
) {
    PROVISO_TRY(check(arguments));
    ModelShelf shelf(config);
    for (const auto& id : {arguments.model, arguments.detector}) {
        auto card = PROVISO_TRY(shelf.card(id));
        PROVISO_TRY(shelf.verify(card).while_doing("verify model " + id));
    }
    auto pictures = PROVISO_TRY(read_face_set(arguments.manifest, arguments.group_columns));
    vision::FaceReaderConfig settings;
    settings.detector = arguments.detector;
    settings.embedder = arguments.model;
    settings.card_folder = shelf.folder();
    settings.model_folder = shelf.folder();
    auto reader = PROVISO_TRY(vision::FaceReader::open(settings));
    auto measured = PROVISO_TRY(measure(*reader, pictures));
    auto today = day_of(SystemClock().now());

    AccuracyTable table;
    table.model = arguments.model;
    table.set = arguments.set.empty()
                    ? fs::absolute(arguments.manifest).parent_path().filename().string()
                    : arguments.set;
    table.date = to_iso8601(today);
    table.people = measured.people;
    table.pictures = pictures.size();
    table.failed = measured.failed.size();
    table.points = PROVISO_TRY(recognise::evaluate_pairs(measured.faces, thresholds()));
    auto equal = PROVISO_TRY(recognise::equal_error_rate(measured.faces));
    print(table, equal, arguments.threshold);
    for (const auto& name : measured.failed) std::cout << "no usable face: " << name << "\n";

    auto json = recognise::to_json(table).dump(1) + "\n";
    auto file = accuracy_file(shelf.folder(), arguments.model);
    PROVISO_TRY(write_file_atomic(file, as_bytes(json), 0644));
    std::cout << "\nThe table is in " << file.string() << "\n";
    auto records = arguments.records.empty()
                       ? shelf.folder() / "evaluations" / (arguments.model + ".yaml")
                       : arguments.records;
    PROVISO_TRY(make_folders(fs::absolute(records).parent_path()));
    auto yaml = records_of(table, arguments, today);
    PROVISO_TRY(write_file_atomic(records, as_bytes(yaml), 0644));
    std::cout << "The records are in " << records.string();
    if (!arguments.apply) {
        std::cout << "; put them on record with: proviso apply -f " << records.string() << "\n";
        return 0;
    }
    std::cout << "\n";
    return apply(config, remote, {{records}, "evaluation of " + arguments.model, false});
}

}  // namespace proviso::app
