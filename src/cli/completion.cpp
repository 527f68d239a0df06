#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/cli.hpp"

namespace faasd::cli {
namespace {

struct Word {
    std::string text, help;
};

std::vector<const CLI::App*> subcommands(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App* one) { return !one->get_name().empty(); });
}

// What may follow: subcommands, then long options.
std::vector<Word> words_after(const CLI::App& app) {
    std::vector<Word> words;
    for (const CLI::App* one : subcommands(app))
        words.push_back({one->get_name(), one->get_description()});
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames())
            words.push_back({"--" + name, option->get_description()});
    return words;
}

// Calls visit("faasd queue send", app) for every command, the outermost first.
template <class Visit>
void walk(const CLI::App& app, const std::string& path, Visit visit) {
    visit(path, app);
    for (const CLI::App* one : subcommands(app))
        walk(*one, path + ' ' + one->get_name(), visit);
}

std::string in_single_quotes(std::string text) {
    for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 4)
        text.replace(at, 1, "'\\''");
    return '\'' + text + '\'';
}

// Both shells keep the words that lead to a command and look up what may follow.
void print_bash(const CLI::App& app) {
    std::cout << "# bash completion of faasd; put 'source <(faasd completion bash)' into ~/.bashrc\n"
                 "_faasd() {\n"
                 "    local word path=faasd current=${COMP_WORDS[COMP_CWORD]}\n"
                 "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                 "        case \"$path $word\" in\n            ";
    bool first = true;
    walk(app, "faasd", [&](const std::string& path, const CLI::App&) {
        if (path == "faasd") return;
        std::cout << (first ? "" : "|") << '"' << path << '"';
        first = false;
    });
    std::cout << ") path=\"$path $word\" ;;\n        esac\n    done\n    local words=\n    case $path in\n";
    walk(app, "faasd", [](const std::string& path, const CLI::App& one) {
        std::cout << "        \"" << path << "\") words=\"";
        for (const Word& word : words_after(one))
            std::cout << word.text << ' ';
        std::cout << "\" ;;\n";
    });
    std::cout << "    esac\n"
                 "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
                 "}\n"
                 "complete -o default -F _faasd faasd\n";
}

void print_zsh(const CLI::App& app) {
    std::cout << "#compdef faasd\n# zsh completion of faasd; put 'source <(faasd completion zsh)' into ~/.zshrc\n"
                 "_faasd() {\n    local word where=faasd\n"
                 "    for word in ${words[2,CURRENT-1]}; do\n        case \"$where $word\" in\n            ";
    bool first = true;
    walk(app, "faasd", [&](const std::string& path, const CLI::App&) {
        if (path == "faasd") return;
        std::cout << (first ? "" : "|") << '"' << path << '"';
        first = false;
    });
    std::cout << ") where=\"$where $word\" ;;\n        esac\n    done\n    local -a found\n    case $where in\n";
    walk(app, "faasd", [](const std::string& path, const CLI::App& one) {
        std::cout << "        \"" << path << "\") found=(";
        for (const Word& word : words_after(one)) {
            std::string help = word.help;
            for (char& c : help)
                if (c == ':') c = ',';
            std::cout << in_single_quotes(word.text + ':' + help) << ' ';
        }
        std::cout << ") ;;\n";
    });
    std::cout << "    esac\n    _describe faasd found\n    _files\n}\n"
                 "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }\n"
                 "compdef _faasd faasd\n";
}

void print_fish(const CLI::App& app) {
    std::cout << "# fish completion of faasd; put 'faasd completion fish | source' into config.fish\n"
                 "function __faasd_at\n"
                 "    set -l path\n"
                 "    for word in (commandline -opc)[2..-1]\n"
                 "        string match -q -- '-*' $word; or set -a path $word\n"
                 "    end\n"
                 "    string match -q -- \"$argv\" \"$path\"; or string match -q -- \"$argv *\" \"$path\"\n"
                 "end\n";
    walk(app, "faasd", [](const std::string& path, const CLI::App& one) {
        const std::string below = path == "faasd" ? "" : path.substr(6);
        for (const Word& word : words_after(one)) {
            std::cout << "complete -c faasd -n "
                      << in_single_quotes(below.empty() && word.text[0] != '-' ? "__fish_use_subcommand"
                                                                               : "__faasd_at " + below);
            if (word.text.starts_with("--")) {
                std::cout << " -l " << word.text.substr(2);
            } else {
                std::cout << " -f -a " << word.text;
            }
            std::cout << " -d " << in_single_quotes(word.help) << '\n';
        }
    });
}

}  // namespace

void add_completion(CLI::App& app, Program&) {
    auto shell = std::make_shared<std::string>();
    auto* command = app.add_subcommand("completion", "Print a completion script for a shell");
    command->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->footer("Example: source <(faasd completion bash)");
    command->callback([shell, &app] {
        if (*shell == "bash") return print_bash(app);
        if (*shell == "zsh") return print_zsh(app);
        print_fish(app);
    });
}

}  // namespace faasd::cli
