"""Making an order, signing it, reading it."""

from django.urls import path

from orders.views import deciding, express, files, lines, listing, making

urlpatterns = [
    path("", listing.order_list, name="list"),
    path("new/", making.start, name="start"),
    path("express/", express.express, name="express"),
    path("add/<int:pk>/", making.add, name="add"),
    path("<int:pk>/", listing.order_detail, name="detail"),
    path("<int:pk>/contractor/", making.contractor, name="contractor"),
    path("<int:pk>/lines/", lines.lines, name="lines"),
    path("<int:pk>/lines/add/", lines.add_line, name="add-line"),
    path("<int:pk>/lines/<int:line>/", lines.change_line, name="change-line"),
    path("<int:pk>/lines/<int:line>/remove/", lines.remove_line, name="remove-line"),
    path("<int:pk>/where/", making.where, name="where"),
    path("<int:pk>/attach/", making.attach, name="attach"),
    path("<int:pk>/attachments/<int:attachment>/", files.attachment, name="attachment"),
    path("<int:pk>/attachments/<int:attachment>/remove/", making.detach, name="detach"),
    path("<int:pk>/contacts/", making.contacts, name="contacts"),
    path("<int:pk>/review/", deciding.review, name="review"),
    path("<int:pk>/hand-over/", deciding.hand_over, name="hand-over"),
    path("<int:pk>/take-back/", deciding.take_back, name="take-back"),
    path("<int:pk>/send-back/", deciding.send_back, name="send-back"),
    path("<int:pk>/abandon/", deciding.abandon, name="abandon"),
    path("<int:pk>/sign/", deciding.sign, name="sign"),
    path("<int:pk>/std20.pdf", files.std20, name="std20"),
]
