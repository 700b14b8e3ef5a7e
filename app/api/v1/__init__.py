"""The staff's API, one module a thing."""

from app.api.v1 import (
    accounts,
    actions,
    audit,
    complaints,
    crises,
    deliveries,
    evidence,
    jobs,
    limits,
    messages,
    notes,
    notifications,
    people,
    policies,
    review_work,
    reviews,
    silence,
    suggestions,
    tasks,
    templates,
    units,
)

ROUTERS = tuple(
    module.router
    for module in (
        reviews,
        review_work,
        messages,
        notes,
        actions,
        tasks,
        evidence,
        notifications,
        complaints,
        silence,
        suggestions,
        crises,
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
