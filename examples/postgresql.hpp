// The least of libpq that the examples need: a connection, one statement, its first value.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <postgresql/libpq-fe.h>

#include <faasd/function.hpp>

namespace postgresql {

inline faasd::Error failed(const PGconn* connection) {
    const std::string why = PQerrorMessage(connection);
    const bool too_many = why.find("too many clients") != std::string::npos;
    return {too_many ? "TooManyConnections" : "DatabaseError", why};
}

inline std::string run(faasd::Context& context, const char* statement, const std::optional<std::string>& parameter = {}) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
        PQconnectdb(context.environment("DATABASE_URL").value_or("").c_str()), PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK) throw failed(connection.get());
    const char* const value = parameter ? parameter->c_str() : nullptr;
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexecParams(connection.get(), statement, parameter ? 1 : 0, nullptr, &value, nullptr, nullptr, 0), PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw failed(connection.get());
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

}  // namespace postgresql
