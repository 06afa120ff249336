#include "cli.h"

namespace proviso::app {

void add_models(CLI::App& cli, Arguments& arguments, int& code) {
    auto* models = cli.add_subcommand("models", "networks that look at pictures");
    models->require_subcommand(1);
    with_config(
        *models->add_subcommand("list", "what there is and what is installed"),
        arguments,
        code,
        [](const Config& config) { return models_list(config); }
    );
    auto* pull = models->add_subcommand("pull", "fetch models from the address in their cards");
    pull->add_option("models", arguments.pull.models, "ids of cards")->required();
    pull->add_option("--from", arguments.pull.from, "a local file, or a folder with the files");
    with_config(*pull, arguments, code, [&](const Config& config) {
        return models_pull(config, arguments.pull);
    });
    auto* add = models->add_subcommand("add", "install a model of your own");
    add->add_option("card", arguments.folder, "its card (YAML)")->required();
    add->add_option("files", arguments.files, "the files the card names")->required();
    with_config(*add, arguments, code, [&](const Config& config) {
        return models_add(config, arguments.folder, arguments.files);
    });
    with_config(
        *models->add_subcommand("verify", "hash everything that is installed again"),
        arguments,
        code,
        [](const Config& config) { return models_verify(config); }
    );
    auto& wish = arguments.evaluate;
    auto* evaluate =
        models->add_subcommand("evaluate", "count the errors of a face model on a labelled set");
    evaluate->add_option("model", wish.model, "id of its card")->required();
    evaluate->add_option("--set", wish.manifest, "CSV with person, group and path (or file)")
        ->required();
    evaluate->add_option("--name", wish.set, "what the set is called");
    evaluate->add_option("--detector", wish.detector, "card of the face detector");
    evaluate->add_option("--group", wish.group_columns, "columns that make the group")
        ->delimiter(',');
    evaluate->add_option("--threshold", wish.threshold, "where the groups are looked at");
    evaluate->add_option("--site", wish.site, "the records speak of this site");
    evaluate->add_option("--records", wish.records, "where to write the records");
    evaluate->add_flag("--apply", wish.apply, "put the records on record");
    add_remote(*evaluate, arguments.remote);
    with_config(*evaluate, arguments, code, [&](const Config& config) {
        return models_evaluate(config, arguments.remote, arguments.evaluate);
    });
}

void add_galleries(CLI::App& cli, Arguments& arguments, int& code) {
    auto* galleries = cli.add_subcommand("galleries", "lists of people who may be recognised");
    galleries->require_subcommand(1);
    with_config(
        *galleries->add_subcommand("list", "without the people in them"),
        arguments,
        code,
        [](const Config& config) { return galleries_list(config); }
    );
    auto& wish = arguments.gallery;
    auto* put = galleries->add_subcommand("put", "make one, or change its terms");
    put->add_option("name", wish.name)->required();
    put->add_option("--kind", wish.kind)
        ->check(CLI::IsMember({"consenting", "staff", "watch_list"}));
    put->add_option("--reason", wish.reason, "what it is for")->required();
    put->add_option("--camera", wish.cameras, "where it may be used")->required();
    put->add_option("--threshold", wish.threshold, "least likeness that is proposed, 0.2 to 0.99");
    day_option(*put, "--expires", wish.expires, "its last day");
    day_option(*put, "--review", wish.review, "when to look at it again");
    put->add_option("--approver", wish.approver, "user id of who must approve a watch-list");
    with_config(*put, arguments, code, [&](const Config& config) {
        return galleries_put(config, arguments.gallery);
    });
}

}  // namespace proviso::app
