"""Signing an order, the CATR’s word before it, and what an agency lays down about both."""

from django.urls import path

from orders.views.signing import deciding, rules

urlpatterns = [
    path("<int:pk>/review/", deciding.review, name="review"),
    path("<int:pk>/hand-over/", deciding.hand_over, name="hand-over"),
    path("<int:pk>/take-back/", deciding.take_back, name="take-back"),
    path("<int:pk>/send-back/", deciding.send_back, name="send-back"),
    path("<int:pk>/abandon/", deciding.abandon, name="abandon"),
    path("<int:pk>/approve/", deciding.approve, name="approve"),
    path("<int:pk>/sign/", deciding.sign, name="sign"),
    path("agencies/<int:pk>/signing/", rules.signing_rule, name="signing-rule"),
    path("agencies/<int:pk>/deputies/", rules.name_deputy, name="name-deputy"),
    path("deputies/<int:pk>/end/", rules.end_deputy, name="end-deputy"),
]
