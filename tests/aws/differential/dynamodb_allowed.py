"""Known differences between faasd's DynamoDB and its peers, dynalite first and DynamoDB Local second, and who is right."""

# (operations or None for all, what faasd answers, what the first peer answers, why)
ALLOWED = [
    (None, r"Syntax error; token:", r"Syntax error; Expected|keyword|Syntax error; token:",
     "dynalite names what it expected; the service names the token and what stands near it"),
    (["Query", "Scan"], r'"CapacityUnits": (0\.5|1\.0|0\.0).*"ScannedCount": 0', r'"CapacityUnits": 0[,}.]',
     "the service counts half a unit, or one, for a read that finds nothing; both peers count none"),
    (["CreateTable"], r'"DeletionProtectionEnabled": false', r'^(?!.*DeletionProtectionEnabled).*"TableName"',
     "dynalite is older than deletion protection"),
    (["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"], r'"CapacityUnits"', r'"CapacityUnits"',
     "writes of indexes cost units: Developer Guide, 'Provisioned throughput considerations'; dynalite counts none, DynamoDB Local one "
     "more for each item"),
    (["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"], r'"ItemCollectionMetrics"', r'^(?!.*ItemCollectionMetrics)',
     "tables with local indexes have metrics of item collections; the peers have not"),
    (["Query", "Scan"], r"Select|choosing to get|ALL_PROJECTED_ATTRIBUTES can be used only", r"",
     "Select is judged before expressions and by its documented rules; dynalite does not judge it beside expressions"),
    (["DeleteItem", "PutItem"], r"Return values set to invalid value", r"",
     "PutItem and DeleteItem know no other ReturnValues: API reference; dynalite has older words, or does not look"),
    (["UpdateItem"], r"typeSet: ALLOWED_FOR_", r"^(?!.*typeSet)", "dynalite has these words as they were before"),
    (None, r"function is not allowed in", r"function", "dynalite has these words as they were before"),
    (["BatchWriteItem", "BatchGetItem", "CreateTable"], r"validation errors? detected: Value '", r"validation errors? detected: Value '",
     "how a whole structure is written in a message is nowhere documented"),
    (None, r"", r"numeric value: \+5", "a number may have a sign: API reference, AttributeValue; dynalite takes no plus"),
    (["Query"], r"KeyConditionExpression|Query condition missed|BETWEEN condition|Consistent reads|key schema element|starting key",
     r"unused in expressions|overlap|starting key|conflict|scalars",
     "of two mistakes in one query, another one is reported first"),
    (["Query", "Scan", "CreateTable"], r"Conditions can be of length|does not project|Segments? parameter|totalSegments|ComparisonOperator|AttributeValueList|"
     r"indexable|validation errors? detected|Duplicate AttributeName|Some index key attribute|can only contain", r"^ValidationException",
     "of two mistakes in one request, another one is reported first"),
    (["Query", "Scan"], r"does not project", r"^\{", "a global index has only what is projected into it, and a query's filter on either kind sees no more: dynalite filters whole items"),
    (["Scan", "Query"], r"^\{", r"ComparisonOperator \w+ is not valid for (BOOL|NULL|L|M) ",
     "EQ and NE take all types: API reference, Condition; dynalite is older than these types"),
    (["UpdateItem"], r"more than 38 significant digits", r"", "numbers have 38 digits: API reference, AttributeValue; dynalite adds more"),
    (None, r"attribute name of the key .* is empty", r"", "an empty name is refused before expressions are read, as DynamoDB Local does"),
]
