"""The staff's API, one module a thing."""

from app.api.v1 import (
    accounts,
    actions,
    audit,
    complaints,
    deliveries,
    evidence,
    jobs,
    limits,
    messages,
    notifications,
    people,
    policies,
    reviews,
    silence,
    tasks,
    templates,
    units,
)

ROUTERS = tuple(
    module.router
    for module in (
        reviews,
        messages,
        actions,
        tasks,
        evidence,
        notifications,
        complaints,
        silence,
        limits,
        templates,
        policies,
        accounts,
        units,
        people,
        deliveries,
        jobs,
        audit,
    )
)
