// What functions connect to outside of faasd, and how many connections there are.
#include "config/sections.hpp"

namespace faasd::config {

const Section<model::DependencyDefinition>& dependency_section() {
    using D = model::DependencyDefinition;
    ValueDescription count;
    count.kind = ValueDescription::Kind::integer;
    count.min = 1;
    count.max = 1'000'000;
    static const Section<D> section =
        Section<D>("dependency", "dependencies.<name>",
                   "Something that takes so many connections: a database, an API, a licence. A function that `uses` "
                   "it takes one by `context.connect(name)`. The short form is the number alone.",
                   {integer_field<D>("max_connections", &D::max_connections, 1, 1'000'000,
                                     "Invocations that may hold a connection at once; one more gets the error "
                                     "`TooManyConnections`.")
                        .required()})
            .short_form(count,
                        [count](Reading& reading, const Node& node, D& into) {
                            if (const auto value = reading.integer("max_connections", node, count))
                                into.max_connections = static_cast<std::uint32_t>(*value);
                        })
            .foreign({{"connections", "did you mean 'max_connections'?"},
                      {"pool_size", "did you mean 'max_connections'?"},
                      {"limit", "did you mean 'max_connections'?"}});
    return section;
}

}  // namespace faasd::config
