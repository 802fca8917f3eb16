"""Making an order: its steps, its lines one by one or many at once, or all of it on one page."""

from django.urls import path

from orders.views.making import express, lines, many, steps

urlpatterns = [
    path("new/", steps.start, name="start"),
    path("express/", express.express, name="express"),
    path("add/<int:pk>/", steps.add, name="add"),
    path("<int:pk>/contractor/", steps.contractor, name="contractor"),
    path("<int:pk>/lines/", lines.lines, name="lines"),
    path("<int:pk>/lines/add/", lines.add_line, name="add-line"),
    path("<int:pk>/lines/date/", lines.date_lines, name="date-lines"),
    path("<int:pk>/lines/<int:line>/", lines.change_line, name="change-line"),
    path("<int:pk>/lines/<int:line>/remove/", lines.remove_line, name="remove-line"),
    path("<int:pk>/lines/paste/", many.paste, name="paste-lines"),
    path("<int:pk>/lines/upload/", many.upload, name="upload-lines"),
    path("<int:pk>/lines/template.xlsx", many.template, name="lines-template"),
    path("<int:pk>/copy/", many.copy_order, name="copy"),
    path("<int:pk>/where/", steps.where, name="where"),
    path("<int:pk>/attach/", steps.attach, name="attach"),
    path("<int:pk>/attachments/<int:attachment>/remove/", steps.detach, name="detach"),
    path("<int:pk>/contacts/", steps.contacts, name="contacts"),
]
